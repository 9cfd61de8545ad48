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
</TS>
