/** What a machine's role gets to work with, wired to the real world. */
import type { TSchema } from '@sinclair/typebox';
import type { DeviceSupervisor } from './device-supervisor.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { Log } from './log.ts';
import type { MachineProfile } from './machine-profile.ts';
import type { Clock, HallLink, MakeKey, Screen } from './ports.ts';
import type { Spool } from './spool.ts';

/** Handed to the `start` of a role (kiosk-app/<role>/index.ts). Link and devices already run. */
export interface MachineParts {
  profile: MachineProfile;
  clock: Clock;
  log: Log;
  makeKey: MakeKey;
  link: HallLink;
  spool: Spool;
  devices: DeviceSupervisor;
  lifecycle: Lifecycle;
  /**
   * Opens the machine's page (at most once). `schema`: what the page may send; anything else is
   * refused before it reaches the flow. A profile without `screen` gets one that nobody sees.
   * @throws RuntimeError SCR_PORT_TAKEN, SCR_PAGES
   */
  screen<State, Action>(schema: TSchema): Promise<Screen<State, Action>>;
}

/** Every role module exports `start: RoleStart`; it returns when the role runs. */
export type RoleStart = (parts: MachineParts) => Promise<void>;
