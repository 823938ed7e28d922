import assert from 'node:assert/strict';
import type { ServerAgent } from '../../../../src/workbench/delivery/preview/drift';
import {
  type AgentFacts,
  type LocalAgent,
  planDeploy,
} from '../../../../src/workbench/delivery/preview/plan';
import { isAsked, questionText } from '../../../../src/workbench/delivery/preview/question';
import { planReport } from '../../../../src/workbench/delivery/preview/report';
import { planTitle, type Verdict } from '../../../../src/workbench/delivery/preview/summary';

const local = (id: string, hashes = ['1', '2']): LocalAgent => ({
  id,
  name: id,
  sourceHash: `now-${id}`,
  gated: false,
  files: hashes.map((hash, n) => ({ path: `agents/${id}/${n}.md`, hash })),
});
const server = (id: string, semver = '1.2.0'): ServerAgent => ({
  serverId: `s-${id}`,
  localId: id,
  live: { versionId: `v-${id}`, semver, at: '' },
});
const seen = (id: string) => ({ base: { versionId: `v-${id}`, semver: '1.2.0' } });
const nothing: Verdict = { gates: new Map(), warnings: [] };
const plan = (agents: LocalAgent[], facts: Record<string, AgentFacts> = {}, serverOnly: ServerAgent[] = []) =>
  planDeploy({
    project: 'shop',
    server: 'Elsewhere',
    agents,
    facts: new Map(Object.entries(facts)),
    serverOnly,
  });
const changed = (id: string): AgentFacts => ({
  server: server(id),
  seen: seen(id),
  liveFiles: [
    { path: `agents/${id}/0.md`, hash: '1' },
    { path: `agents/${id}/1.md`, hash: '0' },
  ],
});

describe('the words of a preview', () => {
  it('name the version that is compared with', () => {
    assert.equal(
      planTitle(plan([local('support')], { support: changed('support') })),
      'Deploy support against v1.2.0',
    );
    assert.equal(planTitle(plan([local('support')])), 'Deploy support, first version');
    assert.equal(planTitle(plan([local('a'), local('b')])), 'Deploy shop: 2 agents');
  });

  it('say what changes, what does not, and what is not known', () => {
    const calm: AgentFacts = { server: server('calm'), seen: seen('calm'), liveFiles: local('calm').files };
    const blank: AgentFacts = { server: server('blank'), seen: seen('blank') };
    const text = questionText(
      plan([local('support'), local('calm'), local('blank')], { support: changed('support'), calm, blank }),
      nothing,
    );
    assert.match(text, /support: 1 file \(1 changed\) against v1\.2\.0\./);
    assert.match(text, /1 unchanged\./);
    assert.match(text, /Which files v1\.2\.0 of blank has is not known/);
  });

  it('stay short for many agents', () => {
    const many = Array.from({ length: 50 }, (_, n) => local(`agent-${n}`));
    const text = questionText(plan(many), nothing);
    assert.ok(text.length < 400, text);
    assert.match(text, /47 more agents change/);
  });

  it('say that a server gives only parts of a version', () => {
    const facts = { ...changed('support'), livePartial: true };
    const text = questionText(plan([local('support')], { support: facts }), nothing);
    assert.match(text, /gives only persona and skills of v1\.2\.0/);
  });

  it('name the agents that take no part in a promotion', () => {
    const promoted = (facts: Record<string, AgentFacts>) =>
      planDeploy({
        project: 'shop',
        server: 'Production',
        from: { server: 'Staging', versions: new Map([['support', '2.0.0']]), notLive: ['draft', 'idea'] },
        agents: [local('support')],
        facts: new Map(Object.entries(facts)),
        serverOnly: [server('old')],
      });
    const calm: AgentFacts = { server: server('support'), seen: {}, liveFiles: local('support').files };
    for (const plan of [promoted({}), promoted({ support: calm })]) {
      assert.match(
        questionText(plan, nothing),
        /From Staging, not from the working tree: support v2\.0\.0\. Nothing of draft, idea is live on Staging, so that it is not promoted\. Production also has old, which Staging lacks and a promotion leaves\./,
      );
      const report = planReport(plan, nothing);
      assert.match(report, /## Not promoted\n\n- draft: nothing of it is live there\n- idea: /);
      assert.match(report, /## Only on Production\n\n- old: stays as it is/);
    }
  });

  it('warn of an agent that begins anew under another id', () => {
    const old = { ...server('care'), files: local('support').files };
    const renamed = planDeploy({
      project: 'shop',
      server: 'Elsewhere',
      agents: [local('support')],
      facts: new Map(),
      serverOnly: [old],
    });
    assert.match(questionText(renamed, nothing), /support looks like care under another id/);
  });

  it('are asked always, on drift and failed evals only, or never', () => {
    const calm = plan([local('support')], { support: changed('support') });
    const drift = plan([local('support')], { support: { ...changed('support'), seen: {} } });
    assert.equal(isAsked('always', calm, nothing), true);
    assert.equal(isAsked('drift', calm, nothing), false);
    assert.equal(isAsked('drift', drift, nothing), true);
    assert.equal(isAsked('never', drift, nothing), false);
  });

  it('are text in the report, whatever a file is called', () => {
    const odd = { ...local('support'), files: [{ path: 'agents/<img src=x>|*.md', hash: '7' }] };
    const report = planReport(plan([odd]), {
      ...nothing,
      warnings: [
        { code: 'taste', message: 'Too [kind](command:x).', severity: 'warn', file: 'a.md', line: 3 },
      ],
    });
    assert.ok(report.includes('agents/\\<img src=x\\>\\|\\*.md'), report);
    assert.ok(report.includes('a.md:3: Too \\[kind\\](command:x). (taste)'), report);
  });
});
