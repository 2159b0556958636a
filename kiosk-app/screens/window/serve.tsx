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
  const chosen = Object.entries(levels).map(([service, level]) => ({ service, level }));
  return (
    <Dialog
      title={t.dialog.serveTitle}
      keys={`${t.dialog.serveLevel}: ${t.dialog.serveLevelHint}`}
      onClose={onClose}
      actions={
        <>
          <Button id="serve" look="main" off={chosen.length === 0} onPress={() => onServe(chosen)}>
            {t.dialog.send}
          </Button>
          <Button id="serve-default" onPress={() => onServe([])}>
            {t.dialog.serveDefault}
          </Button>
        </>
      }
    >
      <ul class="options serve">
        {screen.targets.services.map((s) => (
          <li key={s.id} class="serve-row">
            <label class="serve-name">
              <input
                type="checkbox"
                checked={levels[s.id] !== undefined}
                onChange={(e) => set(s.id, e.currentTarget.checked ? 1 : null)}
              />
              {say(s.name)}
            </label>
            {levels[s.id] !== undefined && (
              <label class="serve-level">
                {t.dialog.serveLevel}
                <input
                  type="number"
                  min={1}
                  max={levelMax}
                  value={levels[s.id]}
                  onChange={(e) => {
                    const level = Math.round(Number(e.currentTarget.value));
                    set(s.id, Math.max(1, Math.min(levelMax, level || 1)));
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
