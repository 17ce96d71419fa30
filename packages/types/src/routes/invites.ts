/**
 * Routes below `/invites`.
 */
import type {
  RESTDeleteAPIInviteResult,
  RESTGetAPIInviteResult,
  RESTGetAPIInviteTargetUsersJobStatusResult,
} from 'discord-api-types/v10';
import type { InviteQuery } from '../payloads/queries.ts';
import type { CallOptions, Plain, ReasonOptions, UploadOptions } from './options.ts';

/** Routes at `/invites`. */
export type InvitesRoute = (code: string) => InviteRoute;

/** Routes at `/invites/{code}`. */
export interface InviteRoute {
  readonly targetUsers: InviteTargetUsersRoute;
  /**
   * Gets an invite, with counts and event when asked for.
   *
   * @see {@link https://docs.discord.com/developers/resources/invite#get-invite | Discord Docs/Get Invite}
   */
  get(query?: Plain<InviteQuery> | undefined, options?: CallOptions | undefined): Promise<RESTGetAPIInviteResult>;
  /**
   * Revokes an invite.
   *
   * @see {@link https://docs.discord.com/developers/resources/invite#delete-invite | Discord Docs/Delete Invite}
   */
  delete(options?: ReasonOptions | undefined): Promise<RESTDeleteAPIInviteResult>;
}

/** Routes at `/invites/{code}/target-users`. */
export interface InviteTargetUsersRoute {
  readonly jobStatus: InviteTargetUserJobStatusRoute;
  /**
   * Gets the users an invite is for, as CSV text.
   *
   * @see {@link https://docs.discord.com/developers/resources/invite#get-target-users | Discord Docs/Get Target Users}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<string>;
  /**
   * Replaces the users an invite is for by a CSV file in one file with `field: 'target_users_file'`.
   *
   * @see {@link https://docs.discord.com/developers/resources/invite#update-target-users | Discord Docs/Update Target Users}
   */
  put(body: undefined, options: UploadOptions): Promise<undefined>;
}

/** Routes at `/invites/{code}/target-users/job-status`. */
export interface InviteTargetUserJobStatusRoute {
  /**
   * Tells how far Discord has got with the list of users.
   *
   * @see {@link https://docs.discord.com/developers/resources/invite#get-target-users-job-status | Discord Docs/Get Target Users Job Status}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<RESTGetAPIInviteTargetUsersJobStatusResult>;
}
