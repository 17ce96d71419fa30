/**
 * Metrics in Prometheus' format, by prom-client, which is loaded when the first ops listener opens. One registry for each pod
 * or manager, so that two in one process do not mix. Few series per shard, and never shard by event type.
 */
import type { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Registry and the few kinds of metric the cluster uses. */
export class Metrics {
  readonly #prom: typeof import('prom-client');
  readonly #registry: Registry;

  /** Loads prom-client. */
  static async load(version: string): Promise<Metrics> {
    const module = await import('prom-client');
    const metrics = new Metrics(module);
    metrics.gauge('tinfoil_build_info', 'Always 1; the version is the label.', ['version']).set({ version }, 1);
    return metrics;
  }

  private constructor(prom: typeof import('prom-client')) {
    this.#prom = prom;
    this.#registry = new prom.Registry();
  }

  counter<Label extends string>(name: string, help: string, labelNames: readonly Label[] = []): Counter<Label> {
    return new this.#prom.Counter({ name, help, labelNames, registers: [this.#registry] });
  }

  /** Counter with two labels for hot paths: counts in a plain map that is read when metrics are rendered, because labels are dear to look up. */
  tally<Label extends string>(
    name: string,
    help: string,
    labelNames: readonly [Label, Label],
  ): (first: string, second: string) => void {
    const counts = new Map<string, Map<string, number>>();
    const [firstLabel, secondLabel] = labelNames;
    const counter = new this.#prom.Counter({
      name,
      help,
      labelNames,
      registers: [this.#registry],
      collect() {
        counter.reset();
        for (const [first, seconds] of counts)
          for (const [second, count] of seconds)
            counter.inc({ [firstLabel]: first, [secondLabel]: second } as Record<Label, string>, count); // Both labels are there.
      },
    });
    return (first, second) => {
      let seconds = counts.get(first);
      if (seconds === undefined) {
        seconds = new Map();
        counts.set(first, seconds);
      }
      seconds.set(second, (seconds.get(second) ?? 0) + 1);
    };
  }

  /** @param collect - Called before each rendering, to set the value. */
  gauge<Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[] = [],
    collect?: (gauge: Gauge<Label>) => void,
  ): Gauge<Label> {
    const options = { name, help, labelNames, registers: [this.#registry] };
    const gauge: Gauge<Label> = new this.#prom.Gauge(
      collect === undefined ? options : { ...options, collect: () => collect(gauge) },
    );
    return gauge;
  }

  histogram<Label extends string>(
    name: string,
    help: string,
    buckets: number[],
    labelNames: readonly Label[] = [],
  ): Histogram<Label> {
    return new this.#prom.Histogram({ name, help, labelNames, buckets, registers: [this.#registry] });
  }

  /** Text of all metrics and its content type. */
  async render(): Promise<{ readonly text: string; readonly type: string }> {
    return { text: await this.#registry.metrics(), type: this.#registry.contentType };
  }
}
