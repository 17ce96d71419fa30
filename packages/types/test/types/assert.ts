/** Assertions on types. A wrong one does not compile, so nothing here runs. */

/** True when both types are the same, readonly and optional markers included. */
export type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Takes only `true`. */
export type Expect<T extends true> = T;
