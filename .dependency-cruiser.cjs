/** The house's import rules (an arrow never runs back up). */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'devices-know-nothing-above',
      severity: 'error',
      from: { path: '^devices/' },
      to: { path: '^(kiosk-app|broker-config|scripts|test)/' },
    },
    {
      name: 'bus-knows-nothing-above',
      severity: 'error',
      from: { path: '^broker-config/' },
      to: { path: '^(kiosk-app|devices|scripts|test)/' },
    },
    {
      name: 'app-imports-no-scripts-or-tests',
      severity: 'error',
      from: { path: '^kiosk-app/' },
      to: { path: '^(scripts|test)/' },
    },
    {
      name: 'queue-core-is-pure',
      comment:
        'decide/evolve take the world as data: no Node module, no neighbour but the bus contract',
      severity: 'error',
      from: { path: '^kiosk-app/hall/queue/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'queue-core-stands-alone',
      severity: 'error',
      from: { path: '^kiosk-app/hall/queue/' },
      to: { path: '^(kiosk-app|devices)/', pathNot: '^kiosk-app/hall/queue/' },
    },
    {
      name: 'machines-never-import-hall',
      severity: 'error',
      from: {
        path: '^kiosk-app/(queue-machine|terminal|evaluation-pad|window|display|runtime|screens)/',
      },
      to: { path: '^kiosk-app/hall/' },
    },
    {
      name: 'hall-never-imports-machines',
      severity: 'error',
      from: { path: '^kiosk-app/hall/' },
      to: { path: '^kiosk-app/(queue-machine|terminal|evaluation-pad|window|display)/' },
    },
    {
      name: 'wires-only-in-transports',
      comment:
        'net, serialport and node-hid are known to devices/transports alone (twins listen on net)',
      severity: 'error',
      from: { path: '^devices/', pathNot: '^devices/(transports|twins)/' },
      to: { path: '(^net$|node_modules/(serialport|node-hid)/)' },
    },
    {
      name: 'mqtt-in-one-place',
      severity: 'error',
      from: {
        path: '^(kiosk-app|devices)/',
        pathNot: '^kiosk-app/runtime/mqtt-link[.]ts$|^kiosk-app/hall/',
      },
      to: { path: 'node_modules/mqtt/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
