/** The machines: those that need somebody as cards, the worst first; the others one line each. */
import type { HallDeviceView, HallMachineView, HallUrgency } from '../contract.ts';
import { Icon, type IconName } from '../shared/icons.tsx';
import { useSay } from '../shared/language.ts';
import { useCommon } from '../shared/start.tsx';
import { type Now, Since, useInstant } from './since.tsx';
import { useHallTexts } from './texts.ts';

interface MachinesProps extends Now {
  machines: HallMachineView[];
}

const urgencyIcons: Record<HallUrgency, IconName> = {
  bad: 'cross',
  look: 'alert',
  off: 'closed',
  good: 'check',
};
const needsSomebody = (m: HallMachineView) => m.urgency === 'bad' || m.urgency === 'look';

export function Trouble({ machines, ...now }: MachinesProps) {
  const t = useHallTexts();
  const troubled = machines.filter(needsSomebody);
  if (troubled.length === 0) return null;
  return (
    <section aria-labelledby="trouble">
      <h2 id="trouble">{t.trouble}</h2>
      <ul class="cards">
        {troubled.map((m) => (
          <Card key={m.id} machine={m} {...now} />
        ))}
      </ul>
    </section>
  );
}

function Card({ machine, ...now }: Now & { machine: HallMachineView }) {
  const t = useHallTexts();
  const say = useSay();
  const { urgency, owner } = machine;
  return (
    <li class="card" data-look={urgency} data-machine={machine.id}>
      <div class="card-head">
        <p class="chip" data-look={urgency}>
          <Icon name={urgencyIcons[urgency]} />
          {t.urgency[urgency]}
        </p>
        <h3>{say(machine.name)}</h3>
        <p class="place">
          {useRole(machine.role)} · {machine.place} · <code>{machine.id}</code>
        </p>
        <p class="owner">
          <span class="sr-only">{t.owner} </span>
          <span>{owner.name}</span> <b>{owner.phone}</b>
        </p>
      </div>
      <Faults machine={machine} {...now} />
    </li>
  );
}

/** What is wrong with it, in the order in which somebody would look. */
function Faults({ machine, ...now }: Now & { machine: HallMachineView }) {
  const t = useHallTexts();
  const { link, devices, fault } = machine;
  // Of a machine that is gone only the last words are known: its devices are no news.
  const spoken = link === 'ready' ? devices : [];
  const wrong = spoken.filter((d) => d.state !== 'ready');
  const well = spoken.filter((d) => d.state === 'ready');
  const kindOf = useKind();
  const common = useCommon();
  return (
    <ul class="faults">
      {(link === 'lost' || link === 'absent') && (
        <li data-state={link === 'lost' ? 'out' : 'unknown'}>
          <b>{t.link[link]}</b> <Since at={machine.since} {...now} />
          <p>{t.linkTodo[link]}</p>
        </li>
      )}
      {machine.contested && (
        <li data-state="out">
          <p>{t.linkTodo.contested}</p>
        </li>
      )}
      {wrong.map((d) => (
        <DeviceFault key={d.id} device={d} {...now} />
      ))}
      {fault !== null && (
        <li data-state="attention">
          <p>{t.fault(fault.what)}</p>
          <Since at={fault.at} {...now} />
        </li>
      )}
      {well.length > 0 && (
        <li class="also">{t.alsoReady(common.list(well.map((d) => `${kindOf(d)} ${d.id}`)))}</li>
      )}
    </ul>
  );
}

function DeviceFault({ device, ...now }: Now & { device: HallDeviceView }) {
  const t = useHallTexts();
  const say = useSay();
  const kindOf = useKind();
  return (
    <li data-state={device.state}>
      <b>
        {kindOf(device)} <code>{device.id}</code>
      </b>{' '}
      <span class="device-state">{t.deviceState[device.state]}</span>{' '}
      {device.code !== null && <code>{device.code}</code>}{' '}
      {device.since !== null && <Since at={device.since} {...now} />}
      <p>
        {device.sentence === null ? device.code === null && t.notSaid : say(device.sentence)}
        {device.owner !== null && (
          <>
            {' '}
            {t.owner} <b class="phone">{device.owner}</b>
          </>
        )}
      </p>
    </li>
  );
}

export function Well({ machines, ...now }: MachinesProps) {
  const t = useHallTexts();
  const well = machines.filter((m) => !needsSomebody(m));
  if (well.length === 0) return null;
  return (
    <section aria-labelledby="well">
      <h2 id="well">{t.well}</h2>
      <table class="well">
        <thead>
          <tr>
            <th scope="col">{t.head.machine}</th>
            <th scope="col">{t.head.place}</th>
            <th scope="col">{t.head.state}</th>
            <th scope="col">{t.head.devices}</th>
            <th scope="col">{t.head.owner}</th>
          </tr>
        </thead>
        <tbody>
          {well.map((m) => (
            <Row key={m.id} machine={m} {...now} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Row({ machine: m, ...now }: Now & { machine: HallMachineView }) {
  const t = useHallTexts();
  const say = useSay();
  const common = useCommon();
  const instant = useInstant(now);
  return (
    <tr data-machine={m.id} data-look={m.urgency}>
      <th scope="row">
        {say(m.name)} <code>{m.id}</code>
      </th>
      <td>{m.place}</td>
      <td class="row-state">
        <Icon name={urgencyIcons[m.urgency]} /> {t.link[m.link]}{' '}
        <small>{common.since(instant(m.since))}</small>
      </td>
      <td class="devices">
        {m.link !== 'ready'
          ? '–'
          : m.devices.length === 0
            ? t.noDevices
            : t.devicesReady(m.devices.length)}
      </td>
      <td>
        {m.owner.name} <span class="phone">{m.owner.phone}</span>
      </td>
    </tr>
  );
}

function useRole(role: string): string {
  const roles: Record<string, string> = useHallTexts().roles;
  return roles[role] ?? role;
}

/** A kind that this build does not know is called what it calls itself. */
function useKind(): (device: HallDeviceView) => string {
  const kinds: Record<string, string> = useHallTexts().kinds;
  return ({ kind }) => kinds[kind] ?? kind;
}
