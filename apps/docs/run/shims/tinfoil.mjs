import { Client as Real } from 'tinfoil';

export * from 'tinfoil';

const baseUrl = process.env.TINFOIL_API_URL;

export class Client extends Real {
  constructor(token, options = {}) {
    super(token, { ...options, rest: { baseUrl, ...options.rest } });
  }
}
