/** A CA of the test's own and certificates by it, made by openssl as the README tells technicians. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureProgram } from '../harness/system-programs.ts';

export interface TestCa {
  /** PEM file of the CA. */
  file: string;
  /** @param names e.g. `DNS:localhost,IP:127.0.0.1` */
  certify(name: string, names: string): { certFile: string; keyFile: string };
}

const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

export function makeCa(dir: string, name: string): TestCa {
  const path = (file: string) => join(dir, `${name}-${file}`);
  const run = (...args: string[]) =>
    execFileSync(ensureProgram('openssl'), args, { stdio: 'pipe' });
  const file = path('ca.crt');
  const keep = ['-days', '2', '-subj', `/CN=${name}`];
  run('req', '-x509', ...curve, ...keep, '-keyout', path('ca.key'), '-out', file);
  return {
    file,
    certify(host, names) {
      const certFile = path(`${host}.crt`);
      const keyFile = path(`${host}.key`);
      const request = path(`${host}.csr`);
      const extensions = path(`${host}.ext`);
      writeFileSync(extensions, `subjectAltName=${names}\n`);
      run('req', ...curve, '-subj', `/CN=${host}`, '-keyout', keyFile, '-out', request);
      const by = ['-CA', file, '-CAkey', path('ca.key'), '-CAcreateserial', '-days', '1'];
      run('x509', '-req', '-in', request, ...by, '-extfile', extensions, '-out', certFile);
      return { certFile, keyFile };
    },
  };
}
