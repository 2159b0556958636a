/** The few signs that stand beside words, never instead of them. */

const paths = {
  people: [
    'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7z',
    'M2.5 20c0-4 3-6 6.5-6s6.5 2 6.5 6',
    'M16 4.5a3.5 3.5 0 0 1 0 6.3',
    'M18 14.5c2.2.8 3.5 2.6 3.5 5.5',
  ],
  clock: ['M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z', 'M12 7v5l3.5 2'],
  back: ['M20 12H5', 'M11 6l-6 6 6 6'],
  next: ['M4 12h15', 'M13 6l6 6-6 6'],
  home: ['M4 11l8-7 8 7', 'M6.5 9.5V20h11V9.5'],
  check: ['M4.5 12.5l5 5 10-11'],
  cross: ['M6 6l12 12', 'M18 6L6 18'],
  alert: ['M12 3.5L22 20.5H2z', 'M12 10v5', 'M12 17.8v.2'],
  ticket: ['M5 3h14v18l-2.3-1.6L14.3 21 12 19.4 9.7 21l-2.4-1.6L5 21z', 'M9 8h6', 'M9 12h6'],
  printer: ['M7 9V3.5h10V9', 'M7 17H4V9h16v8h-3', 'M7 14h10v6.5H7z'],
  link: [
    'M4 4l16 16',
    'M8.5 15.5a5 5 0 0 1 2-1.2',
    'M5 12a10 10 0 0 1 3.2-2.1',
    'M12 19v.2',
    'M13 9a10 10 0 0 1 6 3',
  ],
  star: ['M12 3.5l2.6 5.4 5.9.8-4.3 4.1 1 5.9-5.2-2.8-5.2 2.8 1-5.9-4.3-4.1 5.9-.8z'],
  text: ['M3.5 19L9 5l5.5 14', 'M5.5 14h7', 'M15.5 19l2.8-7.5L21 19', 'M16.5 16.5h3.6'],
  globe: [
    'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z',
    'M3 12h18',
    'M12 3c2.8 2.6 4 5.6 4 9s-1.2 6.4-4 9c-2.8-2.6-4-5.6-4-9s1.2-6.4 4-9z',
  ],
  down: ['M12 4v13', 'M6 11.5l6 6 6-6', 'M4 21h16'],
  pen: ['M4 20l1-4.5L16.5 4l3.5 3.5L8.5 19z', 'M13.5 7l3.5 3.5'],
  pause: ['M8 5v14', 'M16 5v14'],
  closed: ['M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z', 'M6 6l12 12'],
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      {paths[name].map((d) => (
        <path key={d} d={d} />
      ))}
    </svg>
  );
}
