// Makes Node run the TypeScript sources as they are: the scripts k6 executes and the harness share files, so nothing is compiled ahead.
// Whatever tsconfig.json stands in the folder that it is called from is about that folder's project: its `paths` would lead our imports astray.
import { register } from 'tsx/esm/api';

register({ tsconfig: false });
