/** Every window with what happens there; a closed one says so. */
import type { DisplayScreen } from '../contract.ts';
import { Icon } from '../shared/icons.tsx';
import { Text, t } from './both.tsx';
import { useParts } from './turning.ts';

type Window = DisplayScreen['windows'][number];

const rowsMax = 8;
/** Fewer rows than this are not made taller. */
const rowsMin = 6;
/** Characters of label and number that leave room for the name of the window. */
const besideNameMax = 7;
/** Characters of a window's name that have room on one line. */
const lineMax = 7;

export function Windows({ screen }: { screen: DisplayScreen }) {
  const columns = screen.windows.length <= rowsMax ? 1 : 2;
  const { items, part, parts } = useParts(screen.windows, rowsMax * columns);
  const named =
    columns === 1 && items.every((w) => w.label.length + (w.number ?? '').length <= besideNameMax);
  const rows = Math.max(rowsMin, Math.ceil(items.length / columns));
  return (
    <section class="windows" aria-label={t.windows} data-columns={columns}>
      <h2>
        <Text of="windows" bilingual={screen.bilingual} />
        {parts > 1 && <span class="part">{t.page(part + 1, parts)}</span>}
      </h2>
      <ul style={{ '--rows': String(rows) }}>
        {items.map((w) => (
          <WindowRow key={w.id} window={w} named={named} bilingual={screen.bilingual} />
        ))}
      </ul>
    </section>
  );
}

function WindowRow({
  window: w,
  named,
  bilingual,
}: {
  window: Window;
  named: boolean;
  bilingual: boolean;
}) {
  return (
    <li data-state={w.state}>
      <b class="window-label">{w.label}</b>
      {named && (
        <span class="window-name" data-long={w.name.zh.length > lineMax || undefined}>
          {w.name.zh}
        </span>
      )}
      <WindowNow window={w} bilingual={bilingual} />
    </li>
  );
}

function WindowNow({ window: w, bilingual }: { window: Window; bilingual: boolean }) {
  if (w.state !== 'open') {
    const of = w.state === 'paused' ? 'paused' : 'closed';
    return (
      <span class="window-now window-off">
        <Icon name={w.state === 'paused' ? 'pause' : 'closed'} />
        <Text of={of} bilingual={bilingual} />
      </span>
    );
  }
  if (w.number === null) {
    return (
      <span class="window-now window-free">
        <Text of="free" bilingual={bilingual} />
      </span>
    );
  }
  return (
    <span class="window-now">
      <b>{w.number}</b>
      <span class="window-doing">{w.serving ? t.serving : t.called}</span>
    </span>
  );
}
