import { Rest } from '@tinfoil/rest';

const rest = new Rest({ token: process.env.BOT_TOKEN, baseUrl: process.env.REST_URL });
console.log(await rest.api.users.me.get());
