import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import {
  type Envelope,
  openSecret,
  rewrap,
  SealedError,
  sealSecret,
} from '../../../../src/runtime/vault/envelope';
import { type KeyRing, KeyRingError, takeKeyRing } from '../../../../src/runtime/vault/key-ring';

const newKey = () => randomBytes(32).toString('base64');

function ringOf(current: string, ...old: string[]): KeyRing {
  const ring = takeKeyRing({ TAVORA_SECRET_KEK: current, TAVORA_SECRET_OLD_KEKS: old.join(' , ') });
  assert.ok(ring);
  return ring;
}

describe('a sealed secret', () => {
  const key = newKey();
  const ring = ringOf(key);
  const place = { vaultId: 'v1', name: 'token' };

  it('opens to what was sealed, whatever it is', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 300 });
    fc.assert(
      fc.property(text, text, text, (vaultId, name, value) => {
        const at = { vaultId, name };
        assert.equal(openSecret(ring, at, sealSecret(ring, at, value)), value);
      }),
    );
  });

  it('looks different each time, and never like itself', () => {
    const sealed = Array.from({ length: 50 }, () => sealSecret(ring, place, 'the same plain text'));
    const texts = sealed.map((one) => Buffer.from(one.sealed).toString('hex'));
    const keys = sealed.map((one) => Buffer.from(one.wrappedKey).toString('hex'));
    const nonces = [...texts, ...keys].map((text) => text.slice(0, 24));
    assert.equal(new Set([...texts, ...keys]).size, 100);
    assert.equal(new Set(nonces).size, 100);
    for (const one of sealed) assert.equal(Buffer.from(one.sealed).includes('plain'), false);
  });

  const broken = (error: unknown) =>
    error instanceof SealedError && /not what was stored/.test(error.message);

  it('opens in no other vault and under no other name', () => {
    const one = sealSecret(ring, place, 'x');
    for (const other of [
      { vaultId: 'v2', name: 'token' },
      { vaultId: 'v1', name: 'other' },
      { vaultId: 'v1token', name: '' },
      { vaultId: '', name: 'v1token' },
    ]) {
      assert.throws(() => openSecret(ring, other, one), broken);
      assert.throws(() => rewrap(ring, other, one), broken);
    }
  });

  it('does not open with a bit changed, cut short, or with another secret’s key', () => {
    const one = sealSecret(ring, place, 'some secret');
    const two = sealSecret(ring, place, 'another one');
    assert.throws(() => openSecret(ring, place, { ...one, wrappedKey: two.wrappedKey }), broken);
    for (const part of ['sealed', 'wrappedKey'] as const) {
      const bytes = Buffer.from(one[part]);
      for (let at = 0; at < bytes.length; at++) {
        const changed = Buffer.from(bytes);
        changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
        assert.throws(() => openSecret(ring, place, { ...one, [part]: changed }), broken);
      }
      for (const length of [0, 5, 27, bytes.length - 1]) {
        const cut: Envelope = { ...one, [part]: bytes.subarray(0, length) };
        assert.throws(() => openSecret(ring, place, cut), broken);
      }
    }
  });

  it('says that it was sealed with another key, by fingerprints', () => {
    const one = sealSecret(ring, place, 'x');
    const other = ringOf(newKey());
    assert.throws(
      () => openSecret(other, place, one),
      (error) =>
        error instanceof SealedError &&
        error.message.includes(ring.current.id) &&
        error.message.includes(other.current.id) &&
        !error.message.includes(key),
    );
  });

  it('opens with an old key, and with the new one alone once it was wrapped anew', () => {
    const one = sealSecret(ring, place, 'kept');
    const next = newKey();
    const both = ringOf(next, newKey(), key);
    assert.equal(openSecret(both, place, one), 'kept');
    const again = rewrap(both, place, one);
    assert.deepEqual(again.sealed, one.sealed);
    assert.equal(openSecret(ringOf(next), place, again), 'kept');
    assert.throws(() => openSecret(ring, place, again), SealedError);
  });
});

describe('the key ring', () => {
  it('is taken out of the environment', () => {
    const env: Record<string, string | undefined> = {
      TAVORA_SECRET_KEK: newKey(),
      TAVORA_SECRET_OLD_KEKS: newKey(),
      OTHER: 'stays',
    };
    assert.ok(takeKeyRing(env));
    assert.deepEqual(env, { OTHER: 'stays' });
  });

  it('is none without a key', () => {
    assert.equal(takeKeyRing({}), undefined);
    assert.equal(takeKeyRing({ TAVORA_SECRET_KEK: ' ' }), undefined);
  });

  it('takes base64 as files and web addresses have it, and hexadecimal', () => {
    const bytes = Buffer.alloc(32, 0xfb);
    const texts = [bytes.toString('base64'), bytes.toString('base64url'), bytes.toString('hex')];
    const ids = [...texts, `${texts[0]}\n`].map((text) => ringOf(text).current.id);
    assert.equal(new Set(ids).size, 1);
  });

  for (const text of ['short', 'x'.repeat(42), randomBytes(31).toString('base64'), `${'A'.repeat(42)}!`]) {
    it(`refuses ${JSON.stringify(text.slice(0, 10))}… without repeating it`, () => {
      for (const env of [
        { TAVORA_SECRET_KEK: text },
        { TAVORA_SECRET_KEK: newKey(), TAVORA_SECRET_OLD_KEKS: text },
      ]) {
        const named = 'TAVORA_SECRET_OLD_KEKS' in env ? 'TAVORA_SECRET_OLD_KEKS' : 'TAVORA_SECRET_KEK';
        assert.throws(
          () => takeKeyRing(env),
          (error) =>
            error instanceof KeyRingError &&
            error.message.startsWith(`${named} is not a key`) &&
            !error.message.includes(text),
        );
      }
    });
  }
});
