// Every offered action of a complaint, in every state, by every role.
import { pressAll } from '../lib/actions.mjs';

pressAll('complaint');
