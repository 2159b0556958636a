/**
 * A kiosk's browser runs for months. When the machine's process was updated and restarted, the page
 * asks once whether its own script is still the one that is served, and loads itself anew if not.
 */

/** Own file name carries a hash of its content (Vite), so a name that is gone means a new build. */
export async function reloadIfOutdated(): Promise<void> {
  const own = document.querySelector<HTMLScriptElement>('script[type="module"][src]');
  const name = own?.src.split('/').pop();
  if (name === undefined) return;
  try {
    const answer = await fetch(location.pathname, { cache: 'no-store' });
    if (answer.ok && !(await answer.text()).includes(name)) location.reload();
  } catch {
    // The process went away again; the next reconnect asks again.
  }
}
