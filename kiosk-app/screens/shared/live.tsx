/** What a screen reader says. The same words stand on the glass. */

export function Live({ text, urgent }: { text: string; urgent: boolean }) {
  return (
    <div
      class="sr-only"
      role={urgent ? 'alert' : 'status'}
      aria-live={urgent ? 'assertive' : 'polite'}
    >
      {text}
    </div>
  );
}
