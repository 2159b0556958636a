/**
 * Life of a page: listen, draw what was heard, say calmly when there is nothing to draw.
 * `<html data-drawn>` carries the id of the state that is on the glass.
 */
import { type ComponentChildren, type ComponentType, render } from 'preact';
import { useEffect, useLayoutEffect, useState } from 'preact/hooks';
import * as en from '../texts/common.en.ts';
import * as zh from '../texts/common.zh-CN.ts';
import { Icon, type IconName } from './icons.tsx';
import { type Language, useLanguage } from './language.ts';
import { type Accept, type Heard, listen } from './stream.ts';

export interface PageProps<S> {
  state: S;
  /** The link to the machine's own process. */
  local: { alive: boolean; since: number };
}

/** The texts all pages share, in the reader's language. */
export const commonTexts = (language: Language) => (language === 'en' ? en.common : zh.common);
export const useCommon = () => commonTexts(useLanguage());

/** Draws `Page` into #page for ever. */
export function startPage<S>(path: string, accept: Accept<S>, Page: ComponentType<PageProps<S>>) {
  const root = document.getElementById('page');
  if (root !== null) render(<Listening path={path} accept={accept} page={Page} />, root);
}

interface ListeningProps<S> {
  path: string;
  accept: Accept<S>;
  page: ComponentType<PageProps<S>>;
}

function Listening<S>({ path, accept, page: Page }: ListeningProps<S>) {
  const [heard, setHeard] = useState<Heard<S> | null>(null);
  useEffect(() => listen<S>(path, accept, setHeard), [path, accept]);
  useLayoutEffect(() => {
    if (heard !== null) document.documentElement.dataset.drawn = heard.id;
  }, [heard]);
  const t = useCommon();

  if (heard?.wrongRole !== undefined && heard.wrongRole !== null) {
    return <Halt icon="alert" title={t.wrongPage} todo={t.wrongPageTodo(heard.wrongRole)} />;
  }
  if (heard === null || heard.state === null) {
    return heard?.alive === false ? (
      <Halt icon="link" title={t.localLost} todo={t.localLostTodo} />
    ) : (
      <Halt icon="clock" title={t.starting} todo={t.startingTodo} />
    );
  }
  return <Page state={heard.state} local={{ alive: heard.alive, since: heard.aliveSince }} />;
}

export interface HaltProps {
  icon: IconName;
  title: string;
  todo: string;
  children?: ComponentChildren;
}

/** The whole glass for one message. */
export function Halt({ icon, title, todo, children }: HaltProps) {
  return (
    <main class="halt">
      <Icon name={icon} />
      <div role="status">
        <h1>{title}</h1>
        <p>{todo}</p>
      </div>
      {children}
    </main>
  );
}
