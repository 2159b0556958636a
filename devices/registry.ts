/**
 * Every driver by the name that machine profiles use. Only schemas are imported here; the code of a
 * driver, and with it its packages, is loaded when it is opened. A new driver = one folder + one
 * line here.
 */
import type { Static, TSchema } from '@sinclair/typebox';
import { CallerRs485Options } from './caller/options.ts';
import { Crt571Options } from './card-dispenser/options.ts';
import { checked } from './check.ts';
import type { Device, DeviceContext, DriverEntry } from './contract.ts';
import { DocumentCameraUvcOptions } from './document-camera/options.ts';
import {
  EvaluatorHidOptions,
  EvaluatorRs485Options,
  EvaluatorSerialOptions,
} from './evaluator/options.ts';
import { IdCardSamOptions } from './id-card-reader/options.ts';
import { KeypadHidOptions, KeypadSerialOptions } from './keypad/options.ts';
import { LockerRs485Options } from './locker/options.ts';
import { IppOptions } from './page-printer/options.ts';
import { RadarLd2410Options } from './presence-radar/options.ts';
import {
  ScannerGm65Options,
  ScannerHidKeyboardOptions,
  ScannerHidPosOptions,
  ScannerSerialLineOptions,
} from './scanner/options.ts';
import { EscposOptions } from './ticket-printer/options.ts';
import { VoiceLocalOptions, VoiceSyn6288Options, VoiceSyn6658Options } from './voice/options.ts';
import { WatchdogHardwareOptions, WatchdogSystemdOptions } from './watchdog/options.ts';
import { SignModbusOptions, SignOnbonOptions, SignTextOptions } from './window-sign/options.ts';

export const driverNames = [
  'escpos',
  'page-ipp',
  'document-camera-uvc',
  'watchdog-systemd',
  'watchdog-hardware',
  'keypad-serial',
  'keypad-hid',
  'voice-syn6288',
  'voice-syn6658',
  'voice-local',
  'sign-onbon',
  'sign-text',
  'sign-modbus',
  'caller-rs485',
  'evaluator-rs485',
  'evaluator-serial',
  'evaluator-hid',
  'locker-rs485',
  'crt-571',
  'id-card-sam',
  'scanner-hid-pos',
  'scanner-hid-keyboard',
  'scanner-serial-gm65',
  'scanner-serial-line',
  'radar-ld2410',
] as const;
export type DriverName = (typeof driverNames)[number];

export const drivers: Record<DriverName, DriverEntry> = {
  'page-ipp': entry(
    'page-printer',
    IppOptions,
    async () => (await import('./page-printer/ipp-printer.ts')).openIppPrinter,
  ),
  'document-camera-uvc': entry(
    'document-camera',
    DocumentCameraUvcOptions,
    async () => (await import('./document-camera/uvc-camera.ts')).openUvcCamera,
  ),
  'watchdog-systemd': entry(
    'watchdog',
    WatchdogSystemdOptions,
    async () => (await import('./watchdog/systemd.ts')).openSystemdWatchdog,
  ),
  'watchdog-hardware': entry(
    'watchdog',
    WatchdogHardwareOptions,
    async () => (await import('./watchdog/hardware.ts')).openHardwareWatchdog,
  ),
  escpos: entry(
    'ticket-printer',
    EscposOptions,
    async () => (await import('./ticket-printer/escpos.ts')).openEscpos,
  ),
  'keypad-serial': entry(
    'keypad',
    KeypadSerialOptions,
    async () => (await import('./keypad/keypad-serial.ts')).openKeypadSerial,
  ),
  'keypad-hid': entry(
    'keypad',
    KeypadHidOptions,
    async () => (await import('./keypad/keypad-hid.ts')).openKeypadHid,
  ),
  'voice-syn6288': entry(
    'voice',
    VoiceSyn6288Options,
    async () => (await import('./voice/voice-syn.ts')).openVoiceSyn6288,
  ),
  'voice-syn6658': entry(
    'voice',
    VoiceSyn6658Options,
    async () => (await import('./voice/voice-syn.ts')).openVoiceSyn6658,
  ),
  'voice-local': entry(
    'voice',
    VoiceLocalOptions,
    async () => (await import('./voice/voice-local.ts')).openVoiceLocal,
  ),
  'sign-onbon': entry(
    'window-sign',
    SignOnbonOptions,
    async () => (await import('./window-sign/sign-onbon.ts')).openSignOnbon,
  ),
  'sign-text': entry(
    'window-sign',
    SignTextOptions,
    async () => (await import('./window-sign/sign-text.ts')).openSignText,
  ),
  'sign-modbus': entry(
    'window-sign',
    SignModbusOptions,
    async () => (await import('./window-sign/sign-modbus.ts')).openSignModbus,
  ),
  'caller-rs485': entry(
    'caller',
    CallerRs485Options,
    async () => (await import('./caller/caller-rs485.ts')).openCallerRs485,
  ),
  'evaluator-rs485': entry(
    'evaluator',
    EvaluatorRs485Options,
    async () => (await import('./evaluator/evaluator-rs485.ts')).openEvaluatorRs485,
  ),
  'evaluator-serial': entry(
    'evaluator',
    EvaluatorSerialOptions,
    async () => (await import('./evaluator/evaluator-serial.ts')).openEvaluatorSerial,
  ),
  'evaluator-hid': entry(
    'evaluator',
    EvaluatorHidOptions,
    async () => (await import('./evaluator/evaluator-hid.ts')).openEvaluatorHid,
  ),
  'locker-rs485': entry(
    'locker',
    LockerRs485Options,
    async () => (await import('./locker/locker-rs485.ts')).openLockerRs485,
  ),
  'crt-571': entry(
    'card-dispenser',
    Crt571Options,
    async () => (await import('./card-dispenser/crt-571.ts')).openCrt571,
  ),
  'id-card-sam': entry(
    'id-card-reader',
    IdCardSamOptions,
    async () => (await import('./id-card-reader/id-card-sam.ts')).openIdCardSam,
  ),
  'scanner-hid-pos': entry(
    'scanner',
    ScannerHidPosOptions,
    async () => (await import('./scanner/scanner-hid-pos.ts')).openScannerHidPos,
  ),
  'scanner-hid-keyboard': entry(
    'scanner',
    ScannerHidKeyboardOptions,
    async () => (await import('./scanner/scanner-hid-keyboard.ts')).openScannerHidKeyboard,
  ),
  'scanner-serial-gm65': entry(
    'scanner',
    ScannerGm65Options,
    async () => (await import('./scanner/scanner-serial-gm65.ts')).openScannerGm65,
  ),
  'scanner-serial-line': entry(
    'scanner',
    ScannerSerialLineOptions,
    async () => (await import('./scanner/scanner-serial-line.ts')).openScannerSerialLine,
  ),
  'radar-ld2410': entry(
    'presence-radar',
    RadarLd2410Options,
    async () => (await import('./presence-radar/radar-ld2410.ts')).openRadarLd2410,
  ),
};

export function isDriverName(name: string): name is DriverName {
  return (driverNames as readonly string[]).includes(name);
}

type Open<S extends TSchema, D extends Device> = (
  options: Static<S>,
  context: DeviceContext,
  signal: AbortSignal,
) => Promise<D>;

function entry<S extends TSchema, D extends Device>(
  kind: D['kind'],
  options: S,
  load: () => Promise<Open<S, D>>,
): DriverEntry<D> {
  return {
    kind,
    options,
    async open(data, context, signal) {
      const good = checked(options, data, 'DEV_OPTIONS', `options of ${context.id}`);
      const open = await load();
      return open(good, context, signal);
    },
  };
}
