#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Fills a workspace with real runs of seconds, for looking at: finished, branched, stopped, failed, queued, and
# one that trains on. usage: make_workspace.sh IBOT FOLDER; stop the last one with: IBOT stop live -w FOLDER/workspace
set -eu
[ $# -eq 2 ] || { echo "usage: $0 IBOT FOLDER" >&2; exit 2; }
ibot=$1
mkdir -p "$2"
folder=$(cd "$2" && pwd)
smoke=$(cd "$(dirname "$0")/../../.." && pwd)/experiments/smoke/smoke.yaml
workspace=$folder/workspace
"$ibot" dataset parts --out "$folder/parts" --train 96 --val 24 --size 64 --seed 1
cat > "$folder/tour.yaml" <<YAML
base: $smoke
name: block masks
data: {kind: folder, path: '$folder/parts', split: train, workers: 1}
train: {threads: 1, epochs: 8}
probes: {every_steps: 20, pictures: 6}
YAML
train() { "$ibot" train "$folder/tour.yaml" -w "$workspace" "$@" > "$folder/log.txt" 2>&1 || true; }
train
train --set name='random masks' --set mask.plugin=random
train --set name='block masks' --set seed=1
train --set name='faster' --set optimizer.lr=0.02
# A learning rate beyond reason: its losses are no numbers.
train --set name='too fast' --set optimizer.lr=1e9 --set optimizer.warmup_epochs=0 --set optimizer.clip_grad=0
train --set name='all night' --set train.epochs=4000 --detach
sleep 5
"$ibot" stop 'all night' -w "$workspace" || true
"$ibot" branch 'random masks' -w "$workspace" --step 168 --name 'random, slower' --set optimizer.lr=0.001 || true
"$ibot" tag 'random masks' paper keep -w "$workspace" || true
"$ibot" note 'random masks' 'Fewer prototypes in use than with block masks from step 100 on.' -w "$workspace" || true
"$ibot" queue add "$folder/tour.yaml" --seeds 2,3,4 -w "$workspace" || true
train --set name=live --set train.epochs=40000 --set probes.every_steps=200 --detach
echo "$folder: workspace, parts, tour.yaml"
