/** First pages: what is it about, and who claims priority. */
import type { ComponentChildren } from 'preact';
import type { QueueScreen, QueueServiceView } from '../contract.ts';
import { Button } from '../shared/button.tsx';
import { useFocusOnShow } from '../shared/focus.ts';
import type { Guarded } from '../shared/guard.ts';
import { Icon } from '../shared/icons.tsx';
import { useSay } from '../shared/language.ts';
import { usePages } from '../shared/pages.ts';
import { useCommon } from '../shared/start.tsx';
import { ClassCard, GroupCard, ServiceCard } from './cards.tsx';
import type { Settings } from './settings.ts';
import { useQueueTexts } from './texts.ts';

/** So few that choosing a group first would only be one more press. */
const servicesAtOnceMax = 8;

/** Are groups asked for first? */
export function hasGroups(screen: QueueScreen): boolean {
  const services = screen.groups.reduce((sum, group) => sum + group.services.length, 0);
  return screen.groups.length > 1 && services > servicesAtOnceMax;
}

export interface ChooseProps {
  screen: QueueScreen;
  settings: Settings;
  set: (change: Partial<Settings>) => void;
  guarded: Guarded;
  onTake: (service: QueueServiceView) => void;
  /** The switches for language and size, which share the lowest row with the way back. */
  switches: ComponentChildren;
}

export function Choose(props: ChooseProps) {
  const { screen, settings, set, guarded } = props;
  const t = useQueueTexts();
  if (settings.asking && screen.classes.length > 0) return <ChooseClass {...props} />;

  const group = screen.groups.find((g) => g.id === settings.group);
  if (hasGroups(screen) && group === undefined) {
    return (
      <Shelf
        name="groups"
        settings={settings}
        title={t.chooseGroup}
        hint={<Reads screen={screen} />}
        beside={<Priority {...props} />}
        items={screen.groups}
        card={(g) => (
          <GroupCard key={g.id} group={g} onPress={guarded(() => set({ group: g.id }))} />
        )}
        switches={props.switches}
      />
    );
  }
  const services = hasGroups(screen)
    ? (group?.services ?? [])
    : screen.groups.flatMap((g) => g.services);
  return (
    <Shelf
      name={`services ${group?.id ?? ''}`}
      settings={settings}
      title={t.chooseService}
      hint={<Reads screen={screen} />}
      beside={<Priority {...props} />}
      items={services}
      card={(s) => <ServiceCard key={s.id} service={s} onPress={guarded(() => props.onTake(s))} />}
      back={hasGroups(screen) ? guarded(() => set({ group: null })) : undefined}
      switches={props.switches}
    />
  );
}

function ChooseClass({ screen, settings, set, guarded, switches }: ChooseProps) {
  const t = useQueueTexts();
  return (
    <Shelf
      name="classes"
      settings={settings}
      title={t.priorityAsk}
      beside={<p class="honest">{t.priorityHonest}</p>}
      items={[...screen.classes, null]}
      card={(c) =>
        c === null ? (
          <Button
            key="none"
            class="card card-none"
            id="ordinary"
            onPress={guarded(() => set({ priority: null, asking: false }))}
          >
            {t.priorityNone}
          </Button>
        ) : (
          <ClassCard
            key={c.id}
            of={c}
            onPress={guarded(() => set({ priority: c.id, asking: false }))}
          />
        )
      }
      back={guarded(() => set({ asking: false }))}
      switches={switches}
    />
  );
}

/** What may be laid on or held before the machine, or whose card was read. */
function Reads({ screen }: { screen: QueueScreen }) {
  const t = useQueueTexts();
  const { reads, visitor } = screen;
  if (visitor != null) {
    return (
      <p class="reads" role="status" data-of="visitor">
        <Icon name="check" />
        {t.cardRead(visitor.masked)}
      </p>
    );
  }
  if (reads === undefined || !(reads.card || reads.code)) return null;
  return <p class="reads">{t.reads(reads.card, reads.code)}</p>;
}

/** The way to the priority classes, or what was chosen there. */
function Priority({ screen, settings, set, guarded }: ChooseProps) {
  const t = useQueueTexts();
  const common = useCommon();
  const say = useSay();
  const chosen = screen.classes.find((c) => c.id === settings.priority);
  if (screen.classes.length === 0 || screen.groups.length === 0) return null;
  if (chosen === undefined) {
    return (
      <Button class="priority" id="priority" onPress={guarded(() => set({ asking: true }))}>
        <Icon name="star" />
        <span>
          <b>{t.priority}</b>
          <small>{common.list(screen.classes.map((c) => say(c.name)))}</small>
        </span>
      </Button>
    );
  }
  return (
    <div class="priority-chosen">
      <Icon name="star" />
      <p>
        <b>{t.priorityChosen(say(chosen.name))}</b>
        {chosen.proof !== null && <span>{t.priorityProof(say(chosen.proof))}</span>}
      </p>
      <Button id="priority-cancel" onPress={guarded(() => set({ priority: null }))}>
        {t.priorityCancel}
      </Button>
    </div>
  );
}

interface ShelfProps<T> {
  /** Kind of list, then which one. */
  name: string;
  settings: Settings;
  title: string;
  /** Under the title. */
  hint?: ComponentChildren;
  beside: ComponentChildren;
  items: T[];
  card: (item: T) => ComponentChildren;
  back?: (() => void) | undefined;
  switches: ComponentChildren;
}

/** Heading, cards in pages, and the row of ways on and back. */
function Shelf<T>(props: ShelfProps<T>) {
  const { name, settings, title, hint, beside, items, card, back, switches } = props;
  const t = useQueueTexts();
  const size = settings.elder ? 'elder' : 'plain';
  const { shelf, shown, page, pages, turn } = usePages(
    items,
    `${name} ${settings.language} ${size}`,
  );
  const heading = useFocusOnShow(name);
  return (
    <>
      <main class="stage">
        <div class="question">
          <div class="asked">
            <h1 ref={heading} tabIndex={-1}>
              {title}
            </h1>
            {hint}
          </div>
          {beside}
        </div>
        {items.length === 0 ? (
          <div class="nothing">
            <p>{t.noServices}</p>
            <p>{t.noServicesTodo}</p>
          </div>
        ) : (
          <div class="shelf" data-of={name.split(' ')[0]} ref={shelf}>
            {shown.map(card)}
          </div>
        )}
      </main>
      <nav class="ways">
        {(back !== undefined || pages > 1) && (
          <div class="ways-group">
            {back !== undefined && (
              <Button id="back" onPress={back}>
                <Icon name="back" />
                {t.back}
              </Button>
            )}
            {pages > 1 && (
              <>
                <Button id="previous" off={page === 0} onPress={() => turn(-1)}>
                  {t.previousPage}
                </Button>
                <span class="page-of">
                  <span aria-hidden="true">
                    {page + 1}/{pages}
                  </span>
                  <span class="sr-only">{t.pageOf(page + 1, pages)}</span>
                </span>
                <Button id="next" off={page === pages - 1} onPress={() => turn(1)}>
                  {t.nextPage}
                </Button>
              </>
            )}
          </div>
        )}
        {switches}
      </nav>
    </>
  );
}
