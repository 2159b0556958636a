/**
 * The one source of chance in a simulated run: everything is drawn from a seed, so a failing run
 * replays exactly. Streams fork by name, so that one more draw in one part of the simulation does
 * not change what happens in all others.
 */

/** sfc32 (PractRand's small fast counter): 128 bits of state, passes the usual batteries. */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private d = 1;

  /** @param seed integer 0..2^32-1; @param stream name of the fork, part of the seed */
  constructor(seed: number, stream = '') {
    this.a = seed >>> 0;
    this.b = hash32(stream, seed >>> 0);
    this.c = hash32(stream, 0x9e3779b9);
    for (let i = 0; i < 12; i++) this.next();
  }

  fork(stream: string): Random {
    return new Random(this.next(), stream);
  }

  /** Uniform integer 0..2^32-1. */
  next(): number {
    const t = (((this.a + this.b) | 0) + this.d) | 0;
    this.d = (this.d + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = ((this.c << 21) | (this.c >>> 11)) + t;
    this.c |= 0;
    return t >>> 0;
  }

  /** Uniform in [0, 1). */
  unit(): number {
    return this.next() / 0x1_0000_0000;
  }

  /** Uniform integer, both ends included. */
  int(least: number, most: number): number {
    return least + Math.floor(this.unit() * (most - least + 1));
  }

  chance(probability: number): boolean {
    return this.unit() < probability;
  }

  pick<T>(values: readonly T[]): T {
    const value = values[this.int(0, values.length - 1)];
    if (value === undefined) throw new RangeError('pick from nothing');
    return value;
  }

  /** One of the names, by weight; weights need not add up to anything. */
  weighted<T extends string>(weights: Readonly<Record<T, number>>): T {
    const entries = Object.entries(weights) as [T, number][];
    let left = this.unit() * entries.reduce((sum, [, w]) => sum + w, 0);
    for (const [name, weight] of entries) {
      left -= weight;
      if (left < 0) return name;
    }
    return this.pick(entries)[0];
  }

  /** Exponentially distributed with this mean, at most 20 means: gaps between arrivals, delays. */
  exponential(mean: number): number {
    return Math.min(-Math.log(1 - this.unit()) * mean, mean * 20);
  }

  /** A random non-empty subset, in the order given. */
  some<T>(values: readonly T[], probability: number): T[] {
    const chosen = values.filter(() => this.chance(probability));
    return chosen.length > 0 ? chosen : [this.pick(values)];
  }
}

/** FNV-1a with a final avalanche. */
function hash32(text: string, salt: number): number {
  let h = 0x811c9dc5 ^ salt;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
