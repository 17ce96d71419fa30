/**
 * Discord's limits on what a bot may answer, checked before sending: a refused first response cannot be mended in time,
 * and Discord's own error arrives after the handler is gone.
 *
 * @see {@link https://docs.discord.com/developers/components/reference | Discord Docs/Components}
 */
import type {
  APIApplicationCommandOptionChoice,
  APIInteractionResponseCallbackData,
  APIModalInteractionResponseCallbackData,
} from '@tinfoil/types';

const componentsV2 = 1 << 15;

interface LooseComponent {
  readonly type: number;
  readonly custom_id?: string;
  readonly label?: string | null;
  readonly options?: readonly unknown[];
  readonly components?: readonly LooseComponent[];
  readonly component?: LooseComponent;
  readonly accessory?: LooseComponent;
}

/** Checks a message. @throws {@link RangeError} naming the field, its bound and what came. */
export function assertMessage(body: APIInteractionResponseCallbackData): void {
  most('content', 'characters', body.content?.length, 2000);
  most('embeds', 'entries', body.embeds?.length, 10);
  let embedText = 0;
  for (const [index, embed] of (body.embeds ?? []).entries()) {
    const at = `embeds[${index}]`;
    most(`${at}.title`, 'characters', embed.title?.length, 256);
    most(`${at}.description`, 'characters', embed.description?.length, 4096);
    most(`${at}.fields`, 'entries', embed.fields?.length, 25);
    most(`${at}.footer.text`, 'characters', embed.footer?.text.length, 2048);
    most(`${at}.author.name`, 'characters', embed.author?.name.length, 256);
    for (const [number, field] of (embed.fields ?? []).entries()) {
      most(`${at}.fields[${number}].name`, 'characters', field.name.length, 256);
      most(`${at}.fields[${number}].value`, 'characters', field.value.length, 1024);
      embedText += field.name.length + field.value.length;
    }
    embedText += (embed.title?.length ?? 0) + (embed.description?.length ?? 0);
    embedText += (embed.footer?.text.length ?? 0) + (embed.author?.name.length ?? 0);
  }
  most('embeds', 'characters in all', embedText, 6000);
  // Message components of both generations have the fields read below; unknown ones pass.
  const components = (body.components ?? []) as readonly LooseComponent[];
  const isV2 = ((body.flags ?? 0) & componentsV2) !== 0;
  if (!isV2) most('components', 'rows', components.length, 5);
  const count = assertComponents('components', components);
  if (isV2) most('components', 'components in all', count, 40);
}

/** Checks a modal. @throws {@link RangeError} naming the field, its bound and what came. */
export function assertModal(modal: APIModalInteractionResponseCallbackData): void {
  between('custom_id', 'characters', modal.custom_id.length, 1, 100);
  between('title', 'characters', modal.title.length, 1, 45);
  between('components', 'entries', modal.components.length, 1, 5);
  assertComponents('components', modal.components as readonly LooseComponent[]);
}

/** Checks answers to an autocomplete. @throws {@link RangeError} naming the field, its bound and what came. */
export function assertChoices(choices: readonly APIApplicationCommandOptionChoice[]): void {
  most('choices', 'entries', choices.length, 25);
  for (const [index, { name, value }] of choices.entries()) {
    between(`choices[${index}].name`, 'characters', name.length, 1, 100);
    if (typeof value === 'string') most(`choices[${index}].value`, 'characters', value.length, 100);
    else if (!Number.isFinite(value))
      throw new RangeError(`interactions: choices[${index}].value must be a string or a finite number, got ${value}`);
  }
}

/** Checks uploads. @throws {@link RangeError} for more than ten. */
export function assertFiles(files: readonly unknown[]): void {
  most('files', 'files', files.length, 10);
}

function assertComponents(path: string, components: readonly LooseComponent[]): number {
  let count = 0;
  for (const [index, component] of components.entries()) {
    const at = `${path}[${index}]`;
    count += 1;
    if (component.custom_id !== undefined) between(`${at}.custom_id`, 'characters', component.custom_id.length, 1, 100);
    if (component.type === 2) most(`${at}.label`, 'characters', component.label?.length, 80);
    if (component.type === 3) most(`${at}.options`, 'entries', component.options?.length, 25);
    if (component.type === 1) most(`${at}.components`, 'components', component.components?.length, 5);
    if (component.components !== undefined) count += assertComponents(`${at}.components`, component.components);
    for (const field of ['component', 'accessory'] as const) {
      const single = component[field];
      if (single !== undefined) count += assertComponents(`${at}.${field}`, [single]);
    }
  }
  return count;
}

function most(field: string, unit: string, length: number | undefined, maximum: number): void {
  if (length !== undefined && length > maximum)
    throw new RangeError(`interactions: ${field} must have at most ${maximum} ${unit}, got ${length}`);
}

function between(field: string, unit: string, length: number, minimum: number, maximum: number): void {
  if (!(length >= minimum && length <= maximum))
    throw new RangeError(`interactions: ${field} must have ${minimum} to ${maximum} ${unit}, got ${length}`);
}
