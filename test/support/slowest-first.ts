/** The order in which vitest begins the files: those first that take longest. One that begins last would run alone at the end. */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** vitest itself knows only how long a file took here before. `slowest`: paths below `test`, without their endings. */
export function slowestFirst(slowest: readonly string[]): typeof BaseSequencer {
  const place = ({ moduleId }: TestSpecification): number =>
    slowest.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`)) + 1 || Infinity;
  const groupOrder = ({ project }: TestSpecification): number => project.config.sequence.groupOrder;
  return class extends BaseSequencer {
    override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
      const sorted = await super.sort(files);
      return sorted.sort((a, b) => groupOrder(a) - groupOrder(b) || Math.sign(place(a) - place(b)) || 0);
    }
  };
}
