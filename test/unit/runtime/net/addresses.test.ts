import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  isLocalLiteral,
  isLocalName,
  isNeverCalled,
  LocalAddress,
  publicLookup,
} from '../../../../src/runtime/net/addresses';

const local = [
  '0.0.0.0',
  '10.1.2.3',
  '100.64.0.1',
  '127.0.0.1',
  '127.255.255.254',
  '168.63.129.16',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '198.18.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '[::]',
  '[::1]',
  '[::7f00:1]',
  '[::ffff:7f00:1]',
  '[::ffff:a00:1]',
  '[::ffff:0:7f00:1]',
  '[64:ff9b::7f00:1]',
  '[64:ff9b:1::1]',
  '[2001::1]',
  '[2002:7f00:1::]',
  '[fc00::1]',
  '[fd00:ec2::254]',
  '[fe80::1]',
  '[fec0::1]',
  '[ff02::1]',
  'fe80::1%eth0',
];
const open = [
  '1.1.1.1',
  '9.255.255.255',
  '100.128.0.1',
  '126.255.255.255',
  '172.15.0.1',
  '172.32.0.1',
  '192.167.1.1',
  '223.255.255.255',
  '[2606:4700:4700::1111]',
  '[::ffff:808:808]',
  'example.com',
  'localhost',
  '127.0.0.1.example.com',
];

describe('addresses', () => {
  for (const host of local) it(`${host} is local`, () => assert.equal(isLocalLiteral(host), true));
  for (const host of open) it(`${host} is not`, () => assert.equal(isLocalLiteral(host), false));

  // As people try to hide them; a URL gives each as a plain address.
  for (const written of [
    '2130706433',
    '0x7f000001',
    '0x7f.1',
    '0177.0.0.1',
    '127.1',
    '127.0.1',
    '①②⑦.0.0.1',
    '127。0。0。1',
    '[0:0:0:0:0:ffff:127.0.0.1]',
    '[0000::1]',
  ]) {
    it(`${written} is local once it is in a URL`, () => {
      assert.equal(isLocalLiteral(new URL(`http://${written}/`).hostname), true);
    });
  }

  it('are local in whatever way they are written', () => {
    const net = fc.constantFrom([127, 8], [10, 8], [169, 16, 254], [192, 16, 168], [172, 12, 16]);
    const written = fc.constantFrom<(bytes: number[]) => string>(
      ([a = 0, b = 0, c = 0, d = 0]) => String(((a * 256 + b) * 256 + c) * 256 + d),
      (bytes) => `0x${bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')}`,
      (bytes) => bytes.map((byte) => `0${byte.toString(8)}`).join('.'),
      (bytes) => bytes.map((byte) => `0x${byte.toString(16)}`).join('.'),
      ([a = 0, b = 0, c = 0, d = 0]) => `${a}.${b}.${c * 256 + d}`,
      ([a = 0, b = 0, c = 0, d = 0]) => `${a}.${(b * 256 + c) * 256 + d}`,
      (bytes) => `[::ffff:${bytes.join('.')}]`,
      (bytes) => `[::${bytes.join('.')}]`,
      (bytes) => `[64:ff9b::${bytes.join('.')}]`,
      (bytes) => `${bytes.join('.')}.`,
    );
    const byte = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(net, byte, byte, byte, written, ([first = 0, bits = 8, second = 0], b, c, d, write) => {
        const inNet = bits === 8 ? b : bits === 16 ? second : second + (b % 16);
        const text = write([first, inNet, c, d]);
        assert.equal(isLocalLiteral(new URL(`http://${text}/`).hostname), true, text);
      }),
      { numRuns: 500 },
    );
  });

  it('of clouds’ credentials and of no machine are never called', () => {
    const never = ['169.254.169.254', '100.100.100.200', '[fd00:ec2::254]', '0.0.0.0', '[::]', '[fe80::1]'];
    for (const host of never) assert.equal(isNeverCalled(host), true, host);
    for (const host of ['127.0.0.1', '10.0.0.1', '[::1]', 'localhost']) {
      assert.equal(isNeverCalled(host), false, host);
    }
  });

  it('say openly that they are local, or do not', () => {
    for (const host of ['localhost', 'a.localhost', '127.0.0.1', '[::1]']) {
      assert.equal(isLocalName(host), true, host);
    }
    for (const host of ['localhost.example.com', 'mylocalhost', '1.1.1.1']) {
      assert.equal(isLocalName(host), false, host);
    }
  });

  for (const all of [true, false]) {
    it(`of a name that leads here are refused where the connection is made (all: ${all})`, async () => {
      const error = await new Promise((resolve) => publicLookup('localhost', { all }, resolve));
      assert.ok(error instanceof LocalAddress);
    });
  }
});
