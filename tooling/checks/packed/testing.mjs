import { Simulator } from '@tinfoil/testing';

const discord = await Simulator.start();
console.log('serves', new URL(discord.restUrl).pathname);
await discord.close();
