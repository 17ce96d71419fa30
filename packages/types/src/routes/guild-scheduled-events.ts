/**
 * Routes of the scheduled events of a guild, the exceptions of recurring ones, and who is interested.
 */
import type {
  RESTGetAPIGuildScheduledEventQuery,
  RESTGetAPIGuildScheduledEventsQuery,
  RESTGetAPIGuildScheduledEventUsersQuery,
  RESTPatchAPIGuildScheduledEventJSONBody,
  RESTPostAPIGuildScheduledEventJSONBody,
  Snowflake,
} from 'discord-api-types/v10';
import type {
  ScheduledEvent,
  ScheduledEventException,
  ScheduledEventExceptionCreate,
  ScheduledEventExceptionEdit,
  ScheduledEventUser,
  ScheduledEventUserCounts,
  ScheduledEventUserCountsQuery,
} from '../payloads/scheduled-event.ts';
import type { CallOptions, Plain, ReasonOptions } from './options.ts';

/** Routes at `/guilds/{guild_id}/scheduled-events`. */
export interface GuildScheduledEventsRoute {
  (scheduledEventId: Snowflake): GuildScheduledEventRoute;
  /**
   * Lists the scheduled events of a guild.
   *
   * @see {@link https://docs.discord.com/developers/resources/guild-scheduled-event#list-scheduled-events-for-guild | Discord Docs/List Scheduled Events for Guild}
   */
  get(
    query?: Plain<RESTGetAPIGuildScheduledEventsQuery> | undefined,
    options?: CallOptions | undefined,
  ): Promise<ScheduledEvent[]>;
  /**
   * Schedules an event.
   *
   * @see {@link https://docs.discord.com/developers/resources/guild-scheduled-event#create-guild-scheduled-event | Discord Docs/Create Guild Scheduled Event}
   */
  post(
    body: Plain<RESTPostAPIGuildScheduledEventJSONBody>,
    options?: ReasonOptions | undefined,
  ): Promise<ScheduledEvent>;
}

/** Routes at `/guilds/{guild_id}/scheduled-events/{guild_scheduled_event_id}`. */
export interface GuildScheduledEventRoute {
  readonly users: GuildScheduledEventUsersRoute;
  readonly exceptions: GuildScheduledEventExceptionsRoute;
  (exceptionId: Snowflake): GuildScheduledEventOccurrenceRoute;
  /**
   * Gets one scheduled event.
   *
   * @see {@link https://docs.discord.com/developers/resources/guild-scheduled-event#get-guild-scheduled-event | Discord Docs/Get Guild Scheduled Event}
   */
  get(
    query?: Plain<RESTGetAPIGuildScheduledEventQuery> | undefined,
    options?: CallOptions | undefined,
  ): Promise<ScheduledEvent>;
  /**
   * Changes a scheduled event, or starts, ends or cancels it by its status.
   *
   * @see {@link https://docs.discord.com/developers/resources/guild-scheduled-event#modify-guild-scheduled-event | Discord Docs/Modify Guild Scheduled Event}
   */
  patch(
    body: Plain<RESTPatchAPIGuildScheduledEventJSONBody>,
    options?: ReasonOptions | undefined,
  ): Promise<ScheduledEvent>;
  /**
   * Deletes a scheduled event.
   *
   * @see {@link https://docs.discord.com/developers/resources/guild-scheduled-event#delete-guild-scheduled-event | Discord Docs/Delete Guild Scheduled Event}
   */
  delete(options?: CallOptions | undefined): Promise<undefined>;
}

/** Routes at `/guilds/{guild_id}/scheduled-events/{guild_scheduled_event_id}/users`. */
export interface GuildScheduledEventUsersRoute {
  readonly counts: GuildScheduledEventUserCountsRoute;
  /**
   * Lists who is interested in an event, by pages of up to 100.
   *
   * @see {@link https://docs.discord.com/developers/resources/guild-scheduled-event#get-guild-scheduled-event-users | Discord Docs/Get Guild Scheduled Event Users}
   */
  get(
    query?: Plain<RESTGetAPIGuildScheduledEventUsersQuery> | undefined,
    options?: CallOptions | undefined,
  ): Promise<ScheduledEventUser[]>;
}

/** Routes at `/guilds/{guild_id}/scheduled-events/{guild_scheduled_event_id}/users/counts`. */
export interface GuildScheduledEventUserCountsRoute {
  /**
   * Counts who is interested in an event and in its exceptions.
   *
   * @see {@link https://docs.discord.com/developers/resources/guild-scheduled-event | Discord Docs/Guild Scheduled Event}
   */
  get(
    query?: ScheduledEventUserCountsQuery | undefined,
    options?: CallOptions | undefined,
  ): Promise<ScheduledEventUserCounts>;
}

/** Routes at `/guilds/{guild_id}/scheduled-events/{guild_scheduled_event_id}/exceptions`. */
export interface GuildScheduledEventExceptionsRoute {
  (exceptionId: Snowflake): GuildScheduledEventExceptionRoute;
  /**
   * Moves or cancels one occurrence of a recurring event.
   *
   * @see {@link https://docs.discord.com/developers/resources/guild-scheduled-event | Discord Docs/Guild Scheduled Event}
   */
  post(body: ScheduledEventExceptionCreate, options?: CallOptions | undefined): Promise<ScheduledEventException>;
}

/** Routes at `/guilds/{guild_id}/scheduled-events/{guild_scheduled_event_id}/exceptions/{exception_id}`. */
export interface GuildScheduledEventExceptionRoute {
  /**
   * Changes the exception of one occurrence.
   *
   * @see {@link https://docs.discord.com/developers/resources/guild-scheduled-event | Discord Docs/Guild Scheduled Event}
   */
  patch(body: ScheduledEventExceptionEdit, options?: CallOptions | undefined): Promise<ScheduledEventException>;
  /**
   * Puts one occurrence back where the recurrence has it.
   *
   * @see {@link https://docs.discord.com/developers/resources/guild-scheduled-event | Discord Docs/Guild Scheduled Event}
   */
  delete(options?: CallOptions | undefined): Promise<undefined>;
}

/** Routes at `/guilds/{guild_id}/scheduled-events/{guild_scheduled_event_id}/{guild_scheduled_event_exception_id}`. */
export interface GuildScheduledEventOccurrenceRoute {
  readonly users: GuildScheduledEventOccurrenceUsersRoute;
}

/** Routes at `/guilds/{guild_id}/scheduled-events/{guild_scheduled_event_id}/{guild_scheduled_event_exception_id}/users`. */
export interface GuildScheduledEventOccurrenceUsersRoute {
  /**
   * Lists who is interested in one occurrence.
   *
   * @see {@link https://docs.discord.com/developers/resources/guild-scheduled-event | Discord Docs/Guild Scheduled Event}
   */
  get(
    query?: Plain<RESTGetAPIGuildScheduledEventUsersQuery> | undefined,
    options?: CallOptions | undefined,
  ): Promise<ScheduledEventUser[]>;
}
