/**
 * A button that answers the finger in the same frame: the pressed look is set at pointer-down by
 * hand, because `:active` waits on touch glass until the browser has ruled out a scroll.
 */
import type { ComponentChildren } from 'preact';

export interface ButtonProps {
  onPress: () => void;
  children: ComponentChildren;
  look?: 'main' | 'plain';
  class?: string;
  /** Greyed, but can be focused and read; a press does nothing. */
  off?: boolean;
  /** For switches: on or off. */
  pressed?: boolean;
  label?: string;
  lang?: string;
  /** Marks the button for styles and tests. */
  id?: string;
  /** A mouse press leaves the focus where it was, so the next key is not taken by this button. */
  keepsFocusAway?: boolean;
}

export function Button(props: ButtonProps) {
  const off = props.off === true;
  return (
    <button
      type="button"
      class={`button${props.class === undefined ? '' : ` ${props.class}`}`}
      data-look={props.look ?? 'plain'}
      data-id={props.id}
      aria-disabled={off ? 'true' : undefined}
      aria-pressed={props.pressed}
      aria-label={props.label}
      lang={props.lang}
      onPointerDown={(e) => !off && setPressed(e.currentTarget, true)}
      onPointerUp={(e) => setPressed(e.currentTarget, false)}
      onPointerCancel={(e) => setPressed(e.currentTarget, false)}
      onPointerLeave={(e) => setPressed(e.currentTarget, false)}
      onMouseDown={(e) => props.keepsFocusAway === true && e.preventDefault()}
      onClick={() => !off && props.onPress()}
    >
      {props.children}
    </button>
  );
}

function setPressed(button: HTMLElement, on: boolean): void {
  if (on) button.dataset.pressed = '';
  else delete button.dataset.pressed;
}
