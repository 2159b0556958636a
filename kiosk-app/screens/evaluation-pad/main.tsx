import type { PadScreen } from '../contract.ts';
import { startPage } from '../shared/start.tsx';
import { ofRole } from '../shared/stream.ts';
import { PadPage } from './page.tsx';

startPage('/state', ofRole<PadScreen>('evaluation-pad'), PadPage);
