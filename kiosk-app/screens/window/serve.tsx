/** Tidal window: which services it takes from now on, and in which order. */
import { useState } from 'preact/hooks';
import type { WindowScreen } from '../contract.ts';
import { Button } from '../shared/button.tsx';
import { useSay } from '../shared/language.ts';
import { Dialog } from './dialog.tsx';
import { useWindowTexts } from './texts.ts';

const levelMax = 9;

interface ServeProps {
  screen: WindowScreen;
  onServe: (services: { service: string; level: number }[]) => void;
  onClose: () => void;
}

export function Serve({ screen, onServe, onClose }: ServeProps) {
  const t = useWindowTexts();
  const say = useSay();
  const [levels, setLevels] = useState<Record<string, number>>(() =>
    Object.fromEntries(screen.services.map((s) => [s.id, s.level])),
  );
  const set = (id: string, level: number | null) => {
    const { [id]: _, ...rest } = levels;
    setLevels(level === null ? rest : { ...rest, [id]: level });
  };
  // What is served now may be missing among the targets of the citizen at the window.
  const names = new Map(
    [...screen.services, ...screen.targets.services].map((s) => [s.id, say(s.name)]),
  );
  const chosen = Object.entries(levels).map(([service, level]) => ({ service, level }));
  return (
    <Dialog
      title={t.dialog.serveTitle}
      keys={`${t.dialog.serveLevel}: ${t.dialog.serveLevelHint}`}
      onClose={onClose}
      actions={
        <>
          <Button
            id="serve-yes"
            look="main"
            off={chosen.length === 0}
            onPress={() => onServe(chosen)}
          >
            {t.dialog.send}
          </Button>
          <Button id="serve-default" onPress={() => onServe([])}>
            {t.dialog.serveDefault}
          </Button>
        </>
      }
    >
      <ul class="options serve">
        {[...names].map(([id, name]) => (
          <li key={id} class="serve-row">
            <label class="serve-name">
              <input
                type="checkbox"
                checked={levels[id] !== undefined}
                onChange={(e) => set(id, e.currentTarget.checked ? 1 : null)}
              />
              {name}
            </label>
            {levels[id] !== undefined && (
              <label class="serve-level">
                {t.dialog.serveLevel}
                <input
                  type="number"
                  min={1}
                  max={levelMax}
                  value={levels[id]}
                  onChange={(e) => {
                    const level = Math.round(Number(e.currentTarget.value));
                    set(id, Math.max(1, Math.min(levelMax, level || 1)));
                  }}
                />
              </label>
            )}
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
