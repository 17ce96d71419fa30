/** Blocks import the packages by name and get those of `shims/`, which know the Simulator's address. */
const shimmed = { tinfoil: 'tinfoil', '@tinfoil/rest': 'rest', '@tinfoil/gateway': 'gateway' };

export function resolve(specifier, context, next) {
  const shim = shimmed[specifier];
  if (shim === undefined || !context.parentURL?.includes('/dist/run/')) return next(specifier, context);
  return { url: new URL(`./shims/${shim}.mjs`, import.meta.url).href, shortCircuit: true };
}
