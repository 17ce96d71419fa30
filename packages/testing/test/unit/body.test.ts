import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseBody } from '../../src/body.ts';

describe('parseBody', () => {
  it('reads JSON and urlencoded forms', () => {
    expect(parseBody(Buffer.from('{"a":1}'), 'application/json; charset=utf-8').body).toEqual({ a: 1 });
    expect(parseBody(Buffer.from('a=1&b=x+y'), 'application/x-www-form-urlencoded').body).toEqual({ a: '1', b: 'x y' });
    expect(parseBody(Buffer.alloc(0), undefined)).toEqual({ body: undefined, files: [], invalid: null });
  });

  it('says what is wrong with broken JSON and unknown types', () => {
    expect(parseBody(Buffer.from('{'), 'application/json').invalid).toContain('invalid JSON');
    expect(parseBody(Buffer.from('x'), 'text/plain').invalid).toContain('Content-Type');
    expect(parseBody(Buffer.from('--a\r\n'), 'multipart/form-data; boundary=b').invalid).toContain('boundary');
  });

  it('reads payload_json and hashes files, also binary ones that contain line ends', async () => {
    const bytes = Buffer.from([0, 13, 10, 45, 45, 255, 13, 10, 13, 10]);
    const form = new FormData();
    form.append('payload_json', JSON.stringify({ content: 'é' }));
    form.append('files[0]', new Blob([bytes], { type: 'image/png' }), 'ü.png');
    const request = new Request('http://x', { method: 'POST', body: form });
    const parsed = parseBody(Buffer.from(await request.arrayBuffer()), request.headers.get('content-type') ?? '');
    expect(parsed).toEqual({
      body: { content: 'é' },
      invalid: null,
      files: [
        {
          field: 'files[0]',
          name: 'ü.png',
          contentType: 'image/png',
          bytes: 10,
          sha256: createHash('sha256').update(bytes).digest('hex'),
        },
      ],
    });
  });

  it('gives plain form fields when there is no payload_json', async () => {
    const form = new FormData();
    form.append('name', 'sticker');
    form.append('file', new Blob(['x']), 'x.png');
    const request = new Request('http://x', { method: 'POST', body: form });
    const parsed = parseBody(Buffer.from(await request.arrayBuffer()), request.headers.get('content-type') ?? '');
    expect(parsed.body).toEqual({ name: 'sticker' });
    expect(parsed.files).toMatchObject([{ field: 'file', name: 'x.png', bytes: 1 }]);
  });
});
