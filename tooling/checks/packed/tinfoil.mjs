import { Client } from 'tinfoil';

const bot = new Client(process.env.BOT_TOKEN, { rest: { baseUrl: process.env.REST_URL } });
console.log(await bot.users.me.get());
