/** The frame of all dialogs: focus inside, Esc closes, focus goes back where it was. */
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { Button } from '../shared/button.tsx';
import { useWindowTexts } from './texts.ts';

export interface DialogProps {
  title: string;
  /** Which keys work here. */
  keys: string;
  onClose: () => void;
  onKey?: (event: KeyboardEvent) => void;
  children: ComponentChildren;
  /** Buttons beside "cancel". */
  actions?: ComponentChildren;
}

export function Dialog({ title, keys, onClose, onKey, children, actions }: DialogProps) {
  const t = useWindowTexts();
  const element = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const dialog = element.current;
    if (dialog === null) return;
    const onNativeClose = () => onClose();
    dialog.showModal();
    // `cancel` comes with the Esc key itself, so the very next key already belongs to the page.
    dialog.addEventListener('cancel', onNativeClose);
    dialog.addEventListener('close', onNativeClose);
    return () => {
      // The event of this close() comes later, when another dialog may be open.
      dialog.removeEventListener('cancel', onNativeClose);
      dialog.removeEventListener('close', onNativeClose);
      dialog.close();
    };
  }, []);
  return (
    <dialog ref={element} class="dialog" aria-labelledby="dialog-title" onKeyDown={onKey}>
      <h2 id="dialog-title">{title}</h2>
      {children}
      <div class="dialog-actions">
        {actions}
        <Button id="cancel" onPress={onClose}>
          {t.dialog.cancel} <kbd>Esc</kbd>
        </Button>
      </div>
      <p class="dialog-keys">{keys}</p>
    </dialog>
  );
}
