import type { Reporter, TestModule } from 'vitest/node';

/** Names each test that passed only at its second try, and why its first failed: a fault to be found, of the product or of the test. */
export default class SecondTries implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    for (const module of modules)
      for (const test of module.children.allTests()) {
        if (!test.diagnostic()?.flaky) continue;
        console.log(`passed only at the second try: ${module.relativeModuleId} > ${test.fullName}`);
        for (const { message, stacks } of test.result().errors ?? [])
          console.log(`  first: ${message}\n${stacks?.map(at).join('\n') ?? ''}`);
      }
  }
}

const at = ({ file, line }: { file: string; line: number }) => `    at ${file}:${line}`;
