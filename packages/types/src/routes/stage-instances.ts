/**
 * Routes below `/stage-instances`.
 */
import type {
  RESTGetAPIStageInstanceResult,
  RESTPatchAPIStageInstanceJSONBody,
  RESTPatchAPIStageInstanceResult,
  RESTPostAPIStageInstanceJSONBody,
  RESTPostAPIStageInstanceResult,
  Snowflake,
} from 'discord-api-types/v10';
import type { CallOptions, Plain, ReasonOptions } from './options.ts';

/** Routes at `/stage-instances`. */
export interface StageInstancesRoute {
  (channelId: Snowflake): StageInstanceRoute;
  /**
   * Opens a stage.
   *
   * @see {@link https://docs.discord.com/developers/resources/stage-instance#create-stage-instance | Discord Docs/Create Stage Instance}
   */
  post(
    body: Plain<RESTPostAPIStageInstanceJSONBody>,
    options?: ReasonOptions | undefined,
  ): Promise<RESTPostAPIStageInstanceResult>;
}

/** Routes at `/stage-instances/{channel_id}`. */
export interface StageInstanceRoute {
  /**
   * Gets the open stage of a channel.
   *
   * @see {@link https://docs.discord.com/developers/resources/stage-instance#get-stage-instance | Discord Docs/Get Stage Instance}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<RESTGetAPIStageInstanceResult>;
  /**
   * Changes the topic of an open stage.
   *
   * @see {@link https://docs.discord.com/developers/resources/stage-instance#modify-stage-instance | Discord Docs/Modify Stage Instance}
   */
  patch(
    body: Plain<RESTPatchAPIStageInstanceJSONBody>,
    options?: ReasonOptions | undefined,
  ): Promise<RESTPatchAPIStageInstanceResult>;
  /**
   * Closes a stage.
   *
   * @see {@link https://docs.discord.com/developers/resources/stage-instance#delete-stage-instance | Discord Docs/Delete Stage Instance}
   */
  delete(options?: ReasonOptions | undefined): Promise<undefined>;
}
