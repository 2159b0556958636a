/** A device on the bench that is neither printer nor keypad: what it shows, what can be done to it. */
import type { ComponentChildren } from 'preact';
import type { PanelDeed, PaperPanel } from '../demo-contract.ts';
import { Button } from '../shared/button.tsx';
import { Icon } from '../shared/icons.tsx';
import { useLanguage, useSay } from '../shared/language.ts';
import { useDemoTexts } from './texts.ts';
import { useAct } from './use-act.ts';

type Of<K extends PaperPanel['kind']> = Extract<PaperPanel, { kind: K }>;
type Send = (deed: PanelDeed) => void;

export function Panel({ panel }: { panel: PaperPanel }) {
  const t = useDemoTexts();
  const [send, refused] = useAct();
  return (
    <article class="panel" data-panel={panel.id} data-kind={panel.kind}>
      <header>
        <h2>
          {t.devices[panel.kind]} {panel.machine}
        </h2>
        <code>{panel.wire}</code>
        <p class="state" data-look={panel.plugged ? 'good' : 'warn'}>
          <Icon name={panel.plugged ? 'check' : 'alert'} />
          {panel.plugged ? t.ok : t.unplugged}
        </p>
      </header>
      <Face panel={panel} send={send} />
      <div class="deeds">
        <Button
          id="plug"
          onPress={() => send({ panel: panel.id, do: panel.plugged ? 'unplug' : 'plug' })}
        >
          {panel.plugged ? t.deeds.unplug : t.deeds.plug}
        </Button>
      </div>
      <p class="refused" role="status">
        {refused && t.notTaken}
      </p>
    </article>
  );
}

function Face({ panel, send }: { panel: PaperPanel; send: Send }) {
  if (panel.kind === 'reader') return <Reader panel={panel} send={send} />;
  if (panel.kind === 'scanner') return <Scanner panel={panel} send={send} />;
  if (panel.kind === 'caller') return <Caller panel={panel} send={send} />;
  return panel.kind === 'sign' ? <Sign panel={panel} /> : <Voice panel={panel} />;
}

function Reader({ panel, send }: { panel: Of<'reader'>; send: Send }) {
  const t = useDemoTexts();
  const say = useSay();
  const lying = panel.cards.find((c) => c.id === panel.card);
  return (
    <>
      <p class="face">{lying === undefined ? t.noCard : say(lying.label)}</p>
      <div class="keys">
        {panel.cards
          .filter((c) => c.id !== panel.card)
          .map((c) => (
            <Button key={c.id} id={c.id} onPress={() => send({ panel: panel.id, card: c.id })}>
              {t.putCard(say(c.label))}
            </Button>
          ))}
        {lying !== undefined && (
          <Button id="lift" onPress={() => send({ panel: panel.id, card: null })}>
            {t.liftCard}
          </Button>
        )}
      </div>
    </>
  );
}

function Scanner({ panel, send }: { panel: Of<'scanner'>; send: Send }) {
  const say = useSay();
  return (
    <Keys>
      {panel.codes.map(({ text, label }) => (
        <Button key={text} id="scan" onPress={() => send({ panel: panel.id, code: text })}>
          <kbd>{text}</kbd>
          {say(label)}
        </Button>
      ))}
    </Keys>
  );
}

function Caller({ panel, send }: { panel: Of<'caller'>; send: Send }) {
  const t = useDemoTexts();
  const say = useSay();
  return (
    <>
      <dl class="small-displays">
        <div>
          <dt>{t.callerTicket}</dt>
          <dd>{panel.ticket}</dd>
        </div>
        <div>
          <dt>{t.callerWaiting}</dt>
          <dd>{panel.waiting}</dd>
        </div>
      </dl>
      <Keys>
        {panel.keys.map(({ key, label }) => (
          <Button key={key} id={`key-${key}`} onPress={() => send({ panel: panel.id, key })}>
            <kbd>{key}</kbd>
            {say(label)}
          </Button>
        ))}
      </Keys>
    </>
  );
}

const Keys = ({ children }: { children: ComponentChildren }) => <div class="keys">{children}</div>;

/** Amber on black, as the strips over counters are. */
function Sign({ panel }: { panel: Of<'sign'> }) {
  const t = useDemoTexts();
  const text = panel.lines.join('\n').trim();
  return (
    <p class="sign" data-blinking={panel.blinking} role="img" aria-label={text || t.signDark}>
      {text || '\u00a0'}
    </p>
  );
}

function Voice({ panel }: { panel: Of<'voice'> }) {
  const t = useDemoTexts();
  const language = useLanguage();
  const locale = language === 'en' ? 'en-GB' : 'zh-CN';
  const time = (at: number) => new Date(at).toLocaleTimeString(locale, { hour12: false });
  if (panel.sentences.length === 0) return <p class="face">{t.nothingSaid}</p>;
  return (
    <ol class="sentences">
      {panel.sentences.map(({ seq, at, text, end }) => (
        <li key={seq} data-end={end}>
          <time>{time(at)}</time>
          <span lang="zh-CN">{text}</span>
          {end !== 'whole' && <small>{t.sentenceEnds[end]}</small>}
        </li>
      ))}
    </ol>
  );
}
