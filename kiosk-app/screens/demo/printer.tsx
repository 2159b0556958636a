import type { PaperPrinter, PaperTicket, PrinterDeed } from '../demo-contract.ts';
import { Button } from '../shared/button.tsx';
import { Icon } from '../shared/icons.tsx';
import { useDemoTexts } from './texts.ts';
import { useAct } from './use-act.ts';

const paperDeeds: Record<PaperPrinter['paper'], readonly PrinterDeed[]> = {
  ok: ['paper-low', 'paper-out'],
  low: ['paper-in', 'paper-out'],
  out: ['paper-in'],
};

/** Each trouble has a way in and a way out; the one that makes sense now is offered. */
function deedsFor(printer: PaperPrinter): PrinterDeed[] {
  return [
    ...paperDeeds[printer.paper],
    printer.cover ? 'close-cover' : 'open-cover',
    printer.jam ? 'clear-jam' : 'jam',
    printer.plugged ? 'unplug' : 'plug',
  ];
}

export function Printer({ printer }: { printer: PaperPrinter }) {
  const t = useDemoTexts();
  const [send, refused] = useAct();
  return (
    <article class="printer" data-printer={printer.id}>
      <header>
        <h2>
          <Icon name="printer" />
          {printer.machine}
        </h2>
        <code>{printer.wire}</code>
        <Troubles printer={printer} />
      </header>
      <div class="deeds">
        {deedsFor(printer).map((deed) => (
          <Button key={deed} id={deed} onPress={() => send({ printer: printer.id, do: deed })}>
            {t.deeds[deed]}
          </Button>
        ))}
      </div>
      <p class="refused" role="status">
        {refused && t.notTaken}
      </p>
      {printer.tickets.length === 0 ? (
        <p class="no-tickets">{t.noTickets}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: scrolled sideways by keys
        <ol class="tickets" tabIndex={0} aria-label={t.paper}>
          {printer.tickets.map((ticket) => (
            <Ticket key={ticket.id} ticket={ticket} />
          ))}
        </ol>
      )}
    </article>
  );
}

function Troubles({ printer }: { printer: PaperPrinter }) {
  const t = useDemoTexts();
  const troubles = [
    printer.paper === 'ok' ? '' : t.paperState[printer.paper],
    printer.cover ? t.coverOpen : '',
    printer.jam ? t.jam : '',
    printer.plugged ? '' : t.unplugged,
  ].filter((trouble) => trouble !== '');
  if (troubles.length === 0) {
    return (
      <p class="state" data-look="good">
        <Icon name="check" />
        {t.ok}
      </p>
    );
  }
  return (
    <>
      {troubles.map((trouble) => (
        <p key={trouble} class="state" data-look="warn">
          <Icon name="alert" />
          {trouble}
        </p>
      ))}
    </>
  );
}

function Ticket({ ticket }: { ticket: PaperTicket }) {
  const t = useDemoTexts();
  return (
    <li class="ticket">
      <img src={ticket.svgUrl} alt={ticket.text} />
      <span>{t.ticketCount(ticket.id)}</span>
    </li>
  );
}
