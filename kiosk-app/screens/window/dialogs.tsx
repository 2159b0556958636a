/** Which dialog a verb opens, and what its answer sends. */
import type { WindowScreen, WindowTicketView } from '../contract.ts';
import { Button } from '../shared/button.tsx';
import { useSay } from '../shared/language.ts';
import { Choices } from './choices.tsx';
import type { Clerk, Deed, OpenDialog } from './clerk.ts';
import { Dialog } from './dialog.tsx';
import { Picker, type PickOption } from './picker.tsx';
import { Serve } from './serve.tsx';
import { useWindowTexts } from './texts.ts';

/** In the order of their digits. */
const pauseReasons = ['break', 'meeting', 'help', 'equipment', 'other'] as const;
const holdKinds = ['fetch-papers', 'return-here', 'other-step'] as const;

type TicketRef = { id: string } | { number: string };
type Target = Extract<Deed, { do: 'transfer' }>['to'];

interface ClerkDialogProps {
  screen: WindowScreen;
  clerk: Clerk;
  dialog: OpenDialog;
}

export function ClerkDialog({ screen, clerk, dialog }: ClerkDialogProps) {
  const t = useWindowTexts();
  const onClose = clerk.closeDialog;
  switch (dialog.verb) {
    case 'pause':
      return (
        <Choices
          title={t.dialog.pauseTitle}
          choices={pauseReasons}
          label={(reason) => t.pauseReasons[reason]}
          onChoose={(reason) => clerk.send({ do: 'pause', reason })}
          onClose={onClose}
        />
      );
    case 'hold':
      return (
        <Choices
          title={t.dialog.holdTitle}
          choices={holdKinds}
          label={(kind) => t.holdKinds[kind]}
          onChoose={(kind) => clerk.send({ do: 'hold', kind })}
          onClose={onClose}
        />
      );
    case 'serve':
      return (
        <Serve
          screen={screen}
          onServe={(services) => clerk.send({ do: 'serve', services })}
          onClose={onClose}
        />
      );
    case 'close':
      return <ConfirmClose onYes={() => clerk.send({ do: 'close' })} onClose={onClose} />;
    case 'transfer':
      return <Transfer screen={screen} clerk={clerk} dialog={dialog} />;
    default:
      return <TicketDialog screen={screen} clerk={clerk} dialog={dialog} />;
  }
}

function ConfirmClose({ onYes, onClose }: { onYes: () => void; onClose: () => void }) {
  const t = useWindowTexts();
  return (
    <Dialog
      title={t.dialog.closeTitle}
      keys=""
      onClose={onClose}
      actions={
        <Button id="close-yes" look="main" onPress={onYes}>
          {t.verbs.close} <kbd>Enter</kbd>
        </Button>
      }
    >
      <p class="dialog-warning">{t.dialog.closeWarn}</p>
    </Dialog>
  );
}

function Transfer({ screen, clerk, dialog }: ClerkDialogProps) {
  const t = useWindowTexts();
  const say = useSay();
  const options: PickOption<Target>[] = [
    ...screen.targets.windows.map((w) => ({
      id: `window-${w.id}`,
      title: t.windowLabel(w.label),
      detail: w.state === 'open' ? say(w.name) : t.dialog.notServing(say(w.name), t.state[w.state]),
      value: { window: w.id },
    })),
    ...screen.targets.services.map((s) => ({
      id: `service-${s.id}`,
      title: say(s.name),
      detail: t.dialog.toService,
      value: { service: s.id },
    })),
  ];
  const transfer = (position: 'time' | 'head') => (to: Target) =>
    clerk.send({ do: 'transfer', to, position });
  return (
    <Picker
      title={t.dialog.transferTitle}
      find={t.dialog.transferFind}
      options={options}
      actions={[
        { id: 'time', label: t.dialog.positionTime, run: transfer('time') },
        { id: 'head', label: t.dialog.positionHead, run: transfer('head') },
      ]}
      preselect
      typed={dialog.typed}
      onClose={clerk.closeDialog}
    />
  );
}

/** Number as on the ticket: up to three letters, then digits. */
const numberOf = (typed: string): TicketRef | null =>
  /^[A-Z]{0,3}[0-9]{1,6}$/.test(typed) ? { number: typed } : null;

/** The dialogs that ask for one ticket. */
function TicketDialog({ screen, clerk, dialog }: ClerkDialogProps) {
  const t = useWindowTexts();
  const say = useSay();
  const option = (ticket: WindowTicketView): PickOption<TicketRef> => ({
    id: ticket.number,
    title: ticket.number,
    detail: `${say(ticket.serviceName)} · ${t.ticketState[ticket.state]}`,
    value: { id: ticket.id },
  });
  const common = { typed: dialog.typed, onClose: clerk.closeDialog, badFree: t.dialog.badNumber };

  if (dialog.verb === 'resume') {
    const send = (ticket: TicketRef) => clerk.send({ do: 'resume', ticket });
    return (
      <Picker
        {...common}
        title={t.dialog.resumeTitle}
        find={t.dialog.returnFind}
        options={screen.held.map(option)}
        actions={[{ id: 'resume-yes', label: t.dialog.returnNow, run: send }]}
        preselect
        free={numberOf}
      />
    );
  }
  if (dialog.verb === 'return-missed') {
    const send = (to: 'now' | 'queue') => (ticket: TicketRef) =>
      clerk.send({ do: 'return-missed', ticket, to });
    return (
      <Picker
        {...common}
        title={t.dialog.returnTitle}
        find={t.dialog.returnFind}
        options={screen.missed.map(option)}
        actions={[
          { id: 'now', label: t.dialog.returnNow, run: send('now') },
          { id: 'queue', label: t.dialog.returnQueue, run: send('queue') },
        ]}
        preselect
        free={numberOf}
      />
    );
  }
  if (dialog.verb === 'void') {
    const tickets = [screen.current, ...screen.held, ...screen.missed].filter((x) => x !== null);
    const send = (ticket: TicketRef) => clerk.send({ do: 'void', ticket });
    return (
      <Picker
        {...common}
        title={t.dialog.voidTitle}
        find={t.dialog.voidFind}
        options={tickets.map(option)}
        actions={[{ id: 'void-yes', label: t.dialog.voidSend, run: send }]}
        preselect={false}
        free={numberOf}
        warning={t.dialog.voidWarn}
      />
    );
  }
  const send = (ticket: TicketRef) => clerk.send({ do: 'call-ticket', ticket });
  return (
    <Picker
      {...common}
      title={t.dialog.callTitle}
      find={t.dialog.callFind}
      options={[]}
      actions={[{ id: 'call', label: t.dialog.returnNow, run: send }]}
      preselect={false}
      free={numberOf}
    />
  );
}
