/**
 * Queue of one bucket in the callers' order: taken at the front, and what comes back (a retry) goes to where it stood, by
 * its number. An array with a moving head, because `shift` on a long array moves every element.
 */

/** Element of a queue. */
export interface Numbered {
  /** Grows with each call, so it is the callers' order. */
  readonly order: number;
  /** True when nobody waits any more: such an element is as good as absent. */
  readonly settled: boolean;
}

export class OrderedQueue<Item extends Numbered> {
  #items: (Item | undefined)[] = [];
  #head = 0;
  #abandoned = 0;

  /** Elements not settled, and maybe some that are. */
  get length(): number {
    return this.#items.length - this.#head;
  }

  peek(): Item | undefined {
    while (this.#head < this.#items.length) {
      const item = this.#items[this.#head]!;
      if (!item.settled) return item;
      this.#drop();
    }
    return undefined;
  }

  shift(): Item | undefined {
    const item = this.peek();
    if (item !== undefined) this.#drop();
    return item;
  }

  push(item: Item): void {
    const last = this.#items.at(-1);
    if (this.#head === this.#items.length || last!.order < item.order) this.#items.push(item);
    else this.#insert(item);
  }

  forEach(visit: (item: Item) => void): void {
    for (let at = this.#head; at < this.#items.length; at += 1) {
      const item = this.#items[at];
      if (item !== undefined && !item.settled) visit(item);
    }
  }

  /** Takes every element out, in order. */
  drain(): Item[] {
    const items = this.#items.slice(this.#head) as Item[];
    this.#items = [];
    this.#head = 0;
    this.#abandoned = 0;
    return items.filter((item) => !item.settled);
  }

  /** Says that one of the elements was settled where it stood; they are cleared out when they are many. */
  abandon(): void {
    this.#abandoned += 1;
    if (this.#abandoned < 32 || this.#abandoned * 2 < this.length) return;
    for (const item of this.drain()) this.#items.push(item);
  }

  #drop(): void {
    this.#items[this.#head] = undefined;
    this.#head += 1;
    if (this.#head === this.#items.length) {
      this.#items = [];
      this.#head = 0;
    } else if (this.#head >= 256 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
  }

  /** A retry is older than nearly all that wait, so its place is near the front. */
  #insert(item: Item): void {
    let at = this.#head;
    while (at < this.#items.length && this.#items[at]!.order < item.order) at += 1;
    if (at === this.#head && at > 0) {
      this.#head -= 1;
      this.#items[this.#head] = item;
    } else this.#items.splice(at, 0, item);
  }
}
