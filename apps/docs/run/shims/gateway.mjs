import { fetchGatewayBot, Gateway as Real } from '@tinfoil/gateway';

export * from '@tinfoil/gateway';

export class Gateway extends Real {
  constructor(options) {
    const { token } = options;
    super({ getGatewayBot: () => fetchGatewayBot({ token, baseUrl: process.env.TINFOIL_API_URL }), ...options });
  }
}
