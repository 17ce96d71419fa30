/** The site's shape. Pages are those that `lib/pages.mjs` gathered in `dist/pages`. */
import { defineConfig } from 'vitepress';

const page = (text, link) => ({ text, link });

export default defineConfig({
  title: 'Tinfoil',
  description:
    'Discord for bots that outgrow one process: REST, gateway, interactions, and a cluster in which each pod is a shard.',
  lang: 'en',
  srcDir: './dist/pages',
  outDir: './dist/site',
  cacheDir: './dist/cache',
  cleanUrls: true,
  // The API reference is built into the same folder afterwards; lib/links.mjs checks links to it.
  ignoreDeadLinks: [/^\/api\//],
  head: [['link', { rel: 'icon', type: 'image/svg+xml', href: '/assets/logo.svg' }]],
  themeConfig: {
    logo: '/assets/logo.svg',
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [
      page('Start', '/start/'),
      page('Guides', '/guide/tinfoil'),
      page('Scaling', '/scale/kubernetes'),
      { text: 'API', link: '/api/index.html', target: '_self' },
    ],
    sidebar: [
      {
        text: 'Start',
        items: [
          page('Three ways to use it', '/start/'),
          page('Local development', '/start/local'),
          page('Test your bot', '/start/testing'),
          page('Examples', '/start/examples'),
        ],
      },
      {
        text: 'Move from',
        items: [
          page('discord.js', '/move/discordjs'),
          page('eris', '/move/eris'),
          page('discordeno', '/move/discordeno'),
        ],
      },
      {
        text: 'Packages',
        items: [
          ...['tinfoil', 'create-tinfoil'].map((name) => page(name, `/guide/${name}`)),
          ...['rest', 'gateway', 'interactions', 'cluster', 'types', 'testing', 'gateway-proxy'].map((name) =>
            page(`@tinfoil/${name}`, `/guide/${name}`),
          ),
        ],
      },
      {
        text: 'Scaling',
        items: [
          page('Kubernetes, from zero', '/scale/kubernetes'),
          page('Deploying without losing sessions', '/scale/deploying'),
          page('Adding shards', '/scale/adding-shards'),
          page('Rate limits across pods', '/scale/rate-limits'),
          page('When the manager dies', '/scale/manager-dies'),
          page('Interactions on Workers', '/scale/workers'),
          page('The manifests', '/scale/manifests'),
        ],
      },
      {
        text: 'Reference',
        items: [
          page('Errors', '/reference/errors'),
          page('Environment', '/reference/environment'),
          page('Security', '/reference/security'),
          page('Benchmarks', '/reference/benchmarks'),
          page('Conformance', '/reference/conformance'),
          { text: 'API', link: '/api/index.html', target: '_self' },
        ],
      },
    ],
    footer: { message: 'MIT' },
  },
});
