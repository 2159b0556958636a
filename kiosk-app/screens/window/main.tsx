import type { WindowScreen } from '../contract.ts';
import { startPage } from '../shared/start.tsx';
import { ofRole } from '../shared/stream.ts';
import { WindowPage } from './page.tsx';

startPage('/state', ofRole<WindowScreen>('window'), WindowPage);
