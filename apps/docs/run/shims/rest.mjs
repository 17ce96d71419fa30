import { Rest as Real } from '@tinfoil/rest';

export * from '@tinfoil/rest';

export class Rest extends Real {
  constructor(options) {
    super({ baseUrl: process.env.TINFOIL_API_URL, ...options });
  }
}
