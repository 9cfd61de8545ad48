<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>ChartSummary</name>
    <message numerus="yes">
        <source>%n bucket(s) missing.</source>
        <translation>
            <numerusform>%n bucket missing.</numerusform>
            <numerusform>%n buckets missing.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Shardboard::ActivityModel</name>
    <message numerus="yes">
        <source>blocks %n</source>
        <translation>
            <numerusform>blocks %n</numerusform>
            <numerusform>blocks %n</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Shardboard::ActivityView</name>
    <message numerus="yes">
        <source>%n at work</source>
        <translation>
            <numerusform>%n at work</numerusform>
            <numerusform>%n at work</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n wait(s) for a lock</source>
        <translation>
            <numerusform>%n waits for a lock</numerusform>
            <numerusform>%n wait for a lock</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n idle</source>
        <translation>
            <numerusform>%n idle</numerusform>
            <numerusform>%n idle</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Shardboard::AlterShardingWizard</name>
    <message numerus="yes">
        <source>%1 (%n shard(s))</source>
        <translation>
            <numerusform>%1 (%n shard)</numerusform>
            <numerusform>%1 (%n shards)</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The %n table(s) of the group:</source>
        <translation>
            <numerusform>The table of the group:</numerusform>
            <numerusform>The %n tables of the group:</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Shardboard::ChartLegend</name>
    <message numerus="yes">
        <source>+ %n more</source>
        <translation>
            <numerusform>+ %n more</numerusform>
            <numerusform>+ %n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Shardboard::ClusterHead</name>
    <message numerus="yes">
        <source>Read every %n s</source>
        <translation>
            <numerusform>Read every second</numerusform>
            <numerusform>Read every %n s</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n node(s)</source>
        <translation>
            <numerusform>%n node</numerusform>
            <numerusform>%n nodes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>, %n do not answer</source>
        <translation>
            <numerusform>, %n does not answer</numerusform>
            <numerusform>, %n do not answer</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>, %n disabled</source>
        <translation>
            <numerusform>, %n disabled</numerusform>
            <numerusform>, %n disabled</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Shardboard::ClusterPage</name>
    <message numerus="yes">
        <source>Activity (%n waiting)</source>
        <translation>
            <numerusform>Activity (%n waiting)</numerusform>
            <numerusform>Activity (%n waiting)</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Shardboard::DistributeColumnPage</name>
    <message numerus="yes">
        <source>Foretold for %n shard(s) from the statistics.</source>
        <translation>
            <numerusform>Foretold for %n shard from the statistics.</numerusform>
            <numerusform>Foretold for %n shards from the statistics.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Foretold for %n shard(s) from the rows.</source>
        <translation>
            <numerusform>Foretold for %n shard from the rows.</numerusform>
            <numerusform>Foretold for %n shards from the rows.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Shardboard::DistributeGroupPage</name>
    <message numerus="yes">
        <source>%1 (%n shard(s))</source>
        <translation>
            <numerusform>%1 (%n shard)</numerusform>
            <numerusform>%1 (%n shards)</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Shardboard::HealthMatrix</name>
    <message numerus="yes">
        <source>%n connection(s) fail</source>
        <translation>
            <numerusform>%n connection fails</numerusform>
            <numerusform>%n connections fail</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Shardboard::ImportWizard</name>
    <message numerus="yes">
        <source>%n transactions, one per connection: an error may leave what the others have loaded.</source>
        <translation>
            <numerusform>%n transaction.</numerusform>
            <numerusform>%n transactions, one per connection: an error may leave what the others have loaded.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Shardboard::PlanPage</name>
    <message numerus="yes">
        <source>%n step(s) to do, </source>
        <translation>
            <numerusform>%n step to do, </numerusform>
            <numerusform>%n steps to do, </numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n already so.</source>
        <translation>
            <numerusform>%n already so.</numerusform>
            <numerusform>%n already so.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n step(s). Nothing has been changed yet.</source>
        <translation>
            <numerusform>%n step. Nothing has been changed yet.</numerusform>
            <numerusform>%n steps. Nothing has been changed yet.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Shardboard::PreflightPage</name>
    <message numerus="yes">
        <source>%n thing(s) in the way</source>
        <translation>
            <numerusform>One thing in the way</numerusform>
            <numerusform>%n things in the way</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Nothing in the way, %n warning(s)</source>
        <translation>
            <numerusform>Nothing in the way, one warning</numerusform>
            <numerusform>Nothing in the way, %n warnings</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Shardboard::RebalanceView</name>
    <message numerus="yes">
        <source>%n shard(s) would move, </source>
        <translation>
            <numerusform>%n shard would move, </numerusform>
            <numerusform>%n shards would move, </numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Shardboard::ShardMap</name>
    <message numerus="yes">
        <source>%n shard(s) · %1</source>
        <translation>
            <numerusform>%n shard · %1</numerusform>
            <numerusform>%n shards · %1</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1: %n table(s)</source>
        <translation>
            <numerusform>%1: %n table</numerusform>
            <numerusform>%1: %n tables</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n shard(s) that lie together</source>
        <translation>
            <numerusform>%n shard</numerusform>
            <numerusform>%n shards that lie together</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n table(s)</source>
        <translation>
            <numerusform>%n table</numerusform>
            <numerusform>%n tables</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Shardboard::SqlView</name>
    <message numerus="yes">
        <source>%n more character(s) are not shown</source>
        <translation>
            <numerusform>%n more character is not shown</numerusform>
            <numerusform>%n more characters are not shown</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Shardboard::StatusStrip</name>
    <message numerus="yes">
        <source>%n node(s)</source>
        <translation>
            <numerusform>%n node</numerusform>
            <numerusform>%n nodes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source> (and %n more)</source>
        <translation>
            <numerusform> (and %n more)</numerusform>
            <numerusform> (and %n more)</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Shardboard::TableDetailView</name>
    <message numerus="yes">
        <source>%n partitions ready ahead, until %1.</source>
        <translation>
            <numerusform>%n partition ready ahead, until %1.</numerusform>
            <numerusform>%n partitions ready ahead, until %1.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n rows in the default partition found none of their own.</source>
        <translation>
            <numerusform>%n row in the default partition found none of its own.</numerusform>
            <numerusform>%n rows in the default partition found none of their own.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Shardboard::TablesPage</name>
    <message numerus="yes">
        <source>Spread %n table(s) over the nodes</source>
        <translation>
            <numerusform>Spread the chosen table over the nodes</numerusform>
            <numerusform>Spread %n tables over the nodes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Shardboard::TenantsView</name>
    <message numerus="yes">
        <source>%1 and %n more</source>
        <translation>
            <numerusform>%1 and %n more</numerusform>
            <numerusform>%1 and %n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Shardboard::UntrustedTab</name>
    <message numerus="yes">
        <source>%n panel(s) not run yet. You are asked once for this content.</source>
        <translation>
            <numerusform>%n panel not run yet. You are asked once for this content.</numerusform>
            <numerusform>%n panels not run yet. You are asked once for this content.</numerusform>
        </translation>
    </message>
</context>
</TS>
