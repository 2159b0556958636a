/** The command that writes Mosquitto's files, as a technician calls it. */
import { spawnSync } from 'node:child_process';
import { pbkdf2Sync } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { stringify } from 'yaml';
import { credentialFile, readSecret } from '../../broker-config/credentials.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { profile } from './hall-fixture.ts';

const root = join(import.meta.dirname, '../..');

function write(...words: string[]) {
  const script = join(root, 'broker-config/mosquitto/write-files.ts');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', script, ...words],
    { cwd: root, encoding: 'utf8' },
  );
  return { status, stdout, stderr };
}

test('writes conf, ACL and passwords; a second time the passwords still fit', () => {
  const dir = tempDir('write-files');
  const hall = join(dir, 'hall.yaml');
  writeFileSync(hall, stringify(profile));
  const words = ['--hall', hall, '--data', join(dir, 'data'), '--out', join(dir, 'out')];
  const first = write(...words);
  assert.is(first.status, 0, first.stderr);
  const secret = readSecret(credentialFile(join(dir, 'data'), 'qm1'));
  assert.is(write(...words).status, 0);
  assert.is(readSecret(credentialFile(join(dir, 'data'), 'qm1')), secret);

  const passwords = join(dir, 'out', 'passwords');
  assert.is(statSync(passwords).mode & 0o777, 0o600);
  const lines = readFileSync(passwords, 'utf8').trim().split('\n');
  assert.is(lines.length, profile.machines.length);
  const [, , rounds = '', salt = '', hash] = lines[1]?.split('$') ?? [];
  const expected = pbkdf2Sync(secret, Buffer.from(salt, 'base64'), Number(rounds), 64, 'sha512');
  assert.is(expected.toString('base64'), hash);
  for (const name of ['acl', 'mosquitto.conf']) {
    assert.not(readFileSync(join(dir, 'out', name), 'utf8').includes(secret));
  }
});

test('--tls: the certificate right after the listener it belongs to, on the port for TLS', () => {
  const dir = tempDir('write-files');
  const hall = join(dir, 'hall.yaml');
  writeFileSync(hall, stringify(profile));
  assert.is(write('--hall', hall, '--data', dir, '--out', dir, '--tls').status, 0);
  const conf = readFileSync(join(dir, 'mosquitto.conf'), 'utf8');
  assert.match(conf, /^listener 8883 .*\n.*\ncertfile .*broker\.crt\nkeyfile .*broker\.key\n/m);
});

test('says how it is called, and what is wrong with a profile', () => {
  const usage = write();
  assert.is(usage.status, 2);
  assert.match(usage.stderr, '--hall FILE');

  const dir = tempDir('write-files');
  const hall = join(dir, 'hall.yaml');
  writeFileSync(hall, stringify({ hall: 'h', machines: [{ id: 'qm1', role: 'robot' }] }));
  const wrong = write('--hall', hall, '--data', dir, '--out', dir);
  assert.is(wrong.status, 1);
  assert.match(wrong.stderr, 'BUS_INVENTORY');
  assert.match(wrong.stderr, 'machines/0/role: must be one of hall, queue-machine');
  assert.match(wrong.stderr, 'windows: is required');

  const missing = write('--hall', join(dir, 'none.yaml'), '--data', dir, '--out', dir);
  assert.match(missing.stderr, 'BUS_INVENTORY');
});

test.run();
