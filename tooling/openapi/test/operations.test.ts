import { describe, expect, it } from 'vitest';
import { toExpression, toHops, toSentPath, toSkeleton } from '../src/hops.mjs';
import { readOperations } from '../src/operations.mjs';

describe('readOperations', () => {
  const document = {
    paths: {
      '/a/{id}': {
        parameters: [{ name: 'id', in: 'path' }, { $ref: '#/components/parameters/Limit' }],
        get: { responses: { 200: {}, '4XX': {} } },
        post: {
          parameters: [
            { name: 'tag', in: 'query', required: true, schema: { oneOf: [{ type: 'string' }, { type: 'array' }] } },
          ],
          requestBody: {
            required: true,
            content: {
              'application/json': { schema: { $ref: '#/components/schemas/Message' } },
              'multipart/form-data': { schema: { $ref: '#/components/schemas/Message' } },
            },
          },
          responses: { 200: {}, 204: {} },
        },
        put: {
          requestBody: {
            content: {
              'multipart/form-data': {
                schema: {
                  type: 'object',
                  properties: { file: { type: 'string', contentEncoding: 'binary' } },
                  required: ['file'],
                },
              },
            },
          },
          responses: { 204: {} },
        },
      },
    },
    components: {
      parameters: { Limit: { name: 'limit', in: 'query', schema: { type: 'integer' } } },
      schemas: {
        Message: {
          properties: {
            content: {},
            attachments: { items: { $ref: '#/components/schemas/MessageAttachmentRequest' } },
          },
        },
        MessageAttachmentRequest: {},
      },
    },
  };

  it('reads method, query, body kinds, files and statuses', () => {
    expect(readOperations(document)).toEqual([
      { method: 'GET', path: '/a/{id}', query: [{ name: 'limit' }], statuses: [200] },
      {
        method: 'POST',
        path: '/a/{id}',
        query: [{ name: 'limit' }, { name: 'tag', required: true, array: true }],
        body: ['json', 'multipart'],
        fields: ['content', 'attachments'],
        files: 'optional',
        statuses: [200, 204],
      },
      {
        method: 'PUT',
        path: '/a/{id}',
        query: [{ name: 'limit' }],
        body: ['multipart'],
        bodyOptional: true,
        files: 'required',
        statuses: [204],
      },
    ]);
  });

  it('refuses what is no OpenAPI file', () => {
    expect(() => readOperations({})).toThrow(new TypeError('the OpenAPI file has no paths'));
  });
});

describe('hops', () => {
  it.each([
    ['/users/@me', 'api.users.me', '/users/me'],
    [
      '/guilds/{guild_id}/auto-moderation/rules',
      'api.guilds("1000000000000000001").autoModeration.rules',
      '/guilds/{}/autoModeration/rules',
    ],
    ['/guilds/{guild_id}/widget.png', 'api.guilds("1000000000000000001").widgetPng', '/guilds/{}/widgetPng'],
    [
      '/webhooks/{webhook_id}/{webhook_token}',
      'api.webhooks("1000000000000000001")("webhook_token-2.x?")',
      '/webhooks/{}/{}',
    ],
  ])('%s is %s', (path, expression, skeleton) => {
    expect(toExpression(toHops(path))).toBe(expression);
    expect(toSkeleton(toHops(path))).toBe(skeleton);
  });

  it('says how parameters must be encoded', () => {
    expect(toSentPath('/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me')).toBe(
      '/channels/1000000000000000001/messages/1000000000000000003/reactions/blob%20cat%3A1234%2F5/@me',
    );
  });
});
