/**
 * The built page of a role and its files, read once: what was there at the start is all that can be
 * asked for, so no path leads anywhere else. An update of the pages comes with a restart.
 */
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { messageOf, RuntimeError } from './errors.ts';

export interface PageFile {
  type: string;
  bytes: Buffer;
}

/** All pages together; Vite's output is a tenth of it. The pictures of a folder, likewise. */
export const pagesBytesMax = 4 * 1024 * 1024;
const pictureTypes: ReadonlySet<string> = new Set(['.png', '.jpg', '.jpeg', '.webp']);

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.webp': 'image/webp',
  '.json': 'application/json; charset=utf-8',
};

/**
 * Path as asked for -> file. `/` is the page of the role; the other roles' pages are left out.
 * @throws RuntimeError SCR_PAGES
 */
export async function readPages(dir: string, role: string): Promise<Map<string, PageFile>> {
  const page = join(dir, `${role}.html`);
  const pages = new Map<string, PageFile>();
  let total = 0;
  const add = async (path: string, file: string) => {
    const bytes = await readFile(file);
    total += bytes.length;
    pages.set(path, { type: types[extname(file)] ?? 'application/octet-stream', bytes });
  };
  try {
    await add('/', page);
    for (const entry of await readdir(join(dir, 'assets'), { withFileTypes: true })) {
      if (entry.isFile()) await add(`/assets/${entry.name}`, join(dir, 'assets', entry.name));
    }
  } catch (error) {
    throw new RuntimeError(
      'SCR_PAGES',
      `the built page ${page} can not be read (${messageOf(error)}): run \`npm run build\``,
      { cause: error },
    );
  }
  if (total > pagesBytesMax) {
    throw new RuntimeError('SCR_PAGES', `${dir} holds ${total} bytes, more than ${pagesBytesMax}`);
  }
  return pages;
}

/**
 * The pictures of a folder by the path under which the page asks for them: `/photos/<name>`.
 * @throws RuntimeError SCR_PAGES
 */
export async function readPictures(dir: string): Promise<Map<string, PageFile>> {
  const pictures = new Map<string, PageFile>();
  let total = 0;
  try {
    for (const name of await readdir(dir)) {
      const ending = extname(name).toLowerCase();
      if (!pictureTypes.has(ending) || !/^[A-Za-z0-9_.-]+$/.test(name)) continue;
      const bytes = await readFile(join(dir, name));
      total += bytes.length;
      pictures.set(`/photos/${name}`, { type: types[ending] ?? 'application/octet-stream', bytes });
    }
  } catch (error) {
    throw new RuntimeError('SCR_PAGES', `the pictures in ${dir}: ${messageOf(error)}`, {
      cause: error,
    });
  }
  if (total > pagesBytesMax) {
    throw new RuntimeError('SCR_PAGES', `${dir} holds ${total} bytes, more than ${pagesBytesMax}`);
  }
  return pictures;
}
