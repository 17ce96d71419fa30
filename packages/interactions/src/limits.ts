/**
 * Discord's limits on what a bot may answer, checked before sending: a refused first response cannot be mended in time,
 * and Discord's own error arrives after the handler is gone. The limits are one table; what is not in it passes.
 *
 * @see {@link https://docs.discord.com/developers/components/reference | Discord Docs/Components}
 */
import type {
  APIApplicationCommandOptionChoice,
  APIInteractionResponseCallbackData,
  APIModalInteractionResponseCallbackData,
} from '@tinfoil/types';

/** Length of a text or list, from and to, and the table for what is in it. */
interface Limit {
  readonly least?: number;
  readonly most?: number;
  readonly inside?: Limits;
}
type Limits = Readonly<Record<string, Limit>>;

const id: Limit = { least: 1, most: 100 };
const component: Record<string, Limit> = { custom_id: id, label: { most: 80 }, options: { most: 25 } };
for (const field of ['components', 'component', 'accessory']) component[field] = { inside: component };

const embed: Limits = {
  title: { most: 256 },
  description: { most: 4096 },
  fields: { most: 25, inside: { name: { most: 256 }, value: { most: 1024 } } },
  footer: { inside: { text: { most: 2048 } } },
  author: { inside: { name: { most: 256 } } },
};
const message: Limits = { content: { most: 2000 }, embeds: { most: 10, inside: embed } };
const row = { ...component, components: { most: 5, inside: component } };
const messageV1: Limits = { ...message, components: { most: 5, inside: row } };
const messageV2: Limits = { ...message, components: { most: 40, inside: component } };
const modal: Limits = {
  custom_id: id,
  title: { least: 1, most: 45 },
  components: { least: 1, most: 5, inside: component },
};
const choices: Limits = { choices: { most: 25, inside: { name: id, value: { most: 100 } } } };
const componentsV2 = 1 << 15;

/** Checks a message. @throws {@link RangeError} naming the field, its bound and what came. */
export function assertMessage(body: APIInteractionResponseCallbackData): void {
  walk(body, ((body.flags ?? 0) & componentsV2) === 0 ? messageV1 : messageV2, '');
}

/** Checks a modal. @throws {@link RangeError} naming the field, its bound and what came. */
export function assertModal(body: APIModalInteractionResponseCallbackData): void {
  walk(body, modal, '');
}

/** Checks answers to an autocomplete. @throws {@link RangeError} naming the field, its bound and what came. */
export function assertChoices(list: readonly APIApplicationCommandOptionChoice[]): void {
  walk({ choices: list }, choices, '');
}

/** Checks uploads. @throws {@link RangeError} for more than ten. */
export function assertFiles(files: readonly unknown[]): void {
  walk({ files }, { files: { most: 10 } }, '');
}

function walk(value: object, limits: Limits, path: string): void {
  for (const [name, { least = 0, most = Number.POSITIVE_INFINITY, inside }] of Object.entries(limits)) {
    const field = (value as Readonly<Record<string, unknown>>)[name];
    const at = path + name;
    if (typeof field === 'string' || Array.isArray(field)) {
      const { length } = field;
      if (length < least || length > most) {
        const unit = typeof field === 'string' ? 'characters' : 'entries';
        throw new RangeError(`interactions: ${at} must have ${least} to ${most} ${unit}, got ${length}`);
      }
    }
    if (!inside || typeof field !== 'object' || field === null) continue;
    if (!Array.isArray(field)) walk(field, inside, `${at}.`);
    else for (const [index, item] of field.entries()) if (item) walk(item, inside, `${at}[${index}].`);
  }
}
