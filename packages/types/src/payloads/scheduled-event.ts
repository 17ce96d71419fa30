/**
 * Exceptions to recurring scheduled events and the counts of those interested, which `discord-api-types` leaves out.
 *
 * @see {@link https://docs.discord.com/developers/resources/guild-scheduled-event | Discord Docs/Guild Scheduled Event}
 */
import type { APIGuildScheduledEvent, APIGuildScheduledEventUser, Snowflake } from 'discord-api-types/v10';

/** One occurrence of a recurring event that was moved or cancelled. Times are ISO 8601. */
export interface ScheduledEventException {
  event_id: Snowflake;
  event_exception_id: Snowflake;
  scheduled_start_time: string | null;
  scheduled_end_time: string | null;
  is_canceled: boolean;
}

/** Scheduled event with the exceptions to its recurrence. */
export type ScheduledEvent = APIGuildScheduledEvent & {
  guild_scheduled_event_exceptions?: ScheduledEventException[];
};

/** Somebody who is interested in an event, or answered for one of its occurrences. */
export interface ScheduledEventUser extends APIGuildScheduledEventUser {
  user_id: Snowflake;
  guild_scheduled_event_exception_id?: Snowflake | null;
  /** 0 not interested, 1 interested. */
  response: number;
}

/** Body of `PATCH …/exceptions/{exception_id}`. */
export interface ScheduledEventExceptionEdit {
  readonly scheduled_start_time?: string | null | undefined;
  readonly scheduled_end_time?: string | null | undefined;
  readonly is_canceled?: boolean | null | undefined;
}

/** Body of `POST …/exceptions`. */
export interface ScheduledEventExceptionCreate extends ScheduledEventExceptionEdit {
  /** When the recurrence has the occurrence begin. */
  readonly original_scheduled_start_time: string;
}

/** Query of `GET …/users/counts`. */
export interface ScheduledEventUserCountsQuery {
  /** At most 10. */
  readonly guild_scheduled_event_exception_ids?: readonly Snowflake[] | undefined;
}

/** How many are interested in an event, and in each of its exceptions by id. */
export interface ScheduledEventUserCounts {
  guild_scheduled_event_count: number;
  guild_scheduled_event_exception_counts: Record<Snowflake, number>;
}
