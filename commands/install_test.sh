#!/bin/bash
# Installs everything, asks the installation, moves it, breaks it, and takes it away.
set -euo pipefail

install=$PWD/commands/install
# Where this tree lies in truth: nothing that is installed may know it.
checkout=$(dirname "$(dirname "$(readlink -f commands/install.py)")")
work=$TEST_TMPDIR/work
mkdir -p "$work"
cd "$work"
unset BUILD_WORKING_DIRECTORY BUILD_WORKSPACE_DIRECTORY
# What is installed looks for nothing among runfiles. Only the installer does.
runfiles=$TEST_SRCDIR
unset RUNFILES_DIR RUNFILES_MANIFEST_FILE TEST_SRCDIR
installer() { TEST_SRCDIR=$runfiles "$install" "$@"; }

fail() {
  echo "FAILED: $*" >&2
  exit 1
}
# exits CODE TEXT COMMAND...: the command's exit code, and a text that it prints.
exits() {
  local code=$1 text=$2 got=0
  shift 2
  "$@" >out.txt 2>&1 || got=$?
  if [[ $got != "$code" ]]; then
    cat out.txt
    fail "$* exits with $got, not with $code"
  fi
  if ! grep -qF -- "$text" out.txt; then
    cat out.txt
    fail "$* does not say \"$text\""
  fi
}

# A prefix has to be given, and to be a folder.
exits 2 "--prefix=DIR is missing" installer
echo mine >file
exits 2 "is not a folder" installer --prefix=file
exits 2 "there is no installation" installer --prefix=empty --uninstall

# Somebody's file is in the way: named, kept, and nothing is written beside it.
mkdir -p taken/bin
echo mine >taken/bin/sami
exits 2 "taken/bin/sami is not of an installation" installer --prefix=taken
[[ $(find taken -type f) == taken/bin/sami && $(cat taken/bin/sami) == mine ]] || fail "taken/ was changed"

mkdir -p "pre fix/bin"
echo mine >"pre fix/bin/other"
exits 0 "programs of" installer --prefix="pre fix"
cat out.txt
export PATH=$work/pre\ fix/bin:$PATH
(cd "pre fix" && sha256sum --quiet -c lib/sami/manifest) || fail "the manifest is not of what is there"
[[ ! -e "pre fix/lib/sami/staging.partial" ]] || fail "the staging folder was left"
! grep -rqF -e "$checkout" -e "/execroot/" "pre fix" || fail "paths of this tree: $(grep -rlF -e "$checkout" -e /execroot/ "pre fix")"

# Help of every command, by the list itself.
exits 0 "Usage: sami COMMAND" sami help
sami help >list.txt
sami >out.txt 2>err.txt && fail "sami without a command exits with 0"
{ [[ ! -s out.txt ]] && grep -q "^  judge " err.txt; } || fail "sami without a command does not list them on stderr"
mapfile -t commands < <(sed -n 's/^  \(bench [a-z-]*\|[a-z0-9-]*\) .*\.$/\1/p' list.txt)
((${#commands[@]} >= 25)) || fail "only ${#commands[@]} commands in sami help"
for command in "${commands[@]}"; do
  read -ra words <<<"$command"
  exits 0 "Usage: " sami help "${words[@]}"
  sami "${words[@]}" --help | cmp - out.txt || fail "sami $command --help is not sami help $command"
  grep -qF ".SS sami ${command//-/\\-}" "pre fix/share/man/man1/sami.1" || fail "$command is not in sami.1"
  grep -qF "\"$command\") words=" "pre fix/share/bash-completion/completions/sami" || fail "$command is not completed"
  [[ -x "pre fix/lib/sami/bin/sami-${command// /-}" ]] || fail "$command has no program"
done
[[ $(find "pre fix/lib/sami/bin" -type f | wc -l) == "${#commands[@]}" ]] || fail "programs that are no commands"
exits 0 "cost-curves" sami help bench
exits 0 "134  an error in sami itself" sami help exit-codes
exits 2 "did you mean \"judge\"?" sami jugde
exits 2 "sami has no command \"nonsense\"" sami help nonsense
exits 2 "sami has no command \"bench nonsense\"" sami bench nonsense
exits 2 "sami has no command \"exit-codes\"" sami exit-codes
exits 2 "name a benchmark" sami bench
exits 2 "a command comes before its flags" sami --threads=2 run
exits 0 "libtorch " sami --version
{ grep -q "^sami [0-9]" out.txt && grep -q "^commit " out.txt; } || fail "sami --version lacks version or commit"

# Completion: commands, flags, experiments.
complete_words() {
  COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
  _sami 2>/dev/null
  echo "${COMPREPLY[*]}"
}
# shellcheck disable=SC1091
source "pre fix/share/bash-completion/completions/sami"
[[ $(complete_words sami win) == win-rate ]] || fail "win is not completed"
[[ $(complete_words sami win-rate --judg) == --judgments= ]] || fail "--judg is not completed"
[[ $(complete_words sami run mtbench_vs_dpo_l) == mtbench_vs_dpo_llama ]] || fail "experiments are not completed"
[[ $(complete_words sami bench cost) == cost-curves ]] || fail "benchmarks are not completed"
[[ $(complete_words sami new mine --from = gsm8k_vs_sft_m) == gsm8k_vs_sft_mistral ]] || fail "--from is not completed"

# Programs, with torch and without, and their data.
for question in 1 2 3; do
  echo "{\"question_id\": $question, \"model_a\": \"x\", \"model_b\": \"y\", \"verdict\": \"a\"}"
done >verdicts.jsonl
exits 0 "x_vs_y" sami win-rate --judgments=verdicts.jsonl
exits 2 "judgements" sami win-rate --judgements=verdicts.jsonl
exits 0 "share/sami/sami_harness/datasets/embedded/models/base" sami check mtbench_vs_dpo
exits 0 "train_sami_pair" sami graph mtbench_vs_dpo
exits 0 '"train_sft" -> "train_dpo"' sami graph mtbench_sft_first --format=dot
exits 0 "mine.textproto" sami new mine --from=gsm8k_vs_sft
exits 0 "run                   mine-" sami check mine.textproto
exits 2 "mine.textproto is there" sami new mine
exits 2 "did you mean mtbench_vs_dpo?" sami run mtbench_vs_dop
exits 2 "name an experiment" sami run
exits 2 "mine.textproto" sami run mine
exits 0 "name: \"mine\"" sami run mine.textproto --print_spec
exits 2 "folder: there is no" sami check mine.textproto --set "models[base].folder=nowhere" \
  --set "constitutions[principles].file=nowhere.json"
grep -q "file: there is no" out.txt || fail "sami check tells the first error alone"
exits 0 "models \"base\": no weights in " sami check mtbench_vs_dpo_llama
exits 2 "models \"base\": no weights in " sami check mtbench_vs_dpo_llama --complete
exits 2 "is not a flag" sami bench statistics rest

# Moved, and called by a link from elsewhere.
mv "pre fix" moved
mkdir links
ln -s ../moved/bin/sami links/sami
export PATH=$work/links:$PATH
hash -r
exits 0 "moved/share/sami/sami_harness/experiments/mtbench_vs_dpo.textproto" sami check mtbench_vs_dpo

# What is lost is named, with what to do.
mv moved/lib/sami/bin/sami-judge judge
exits 1 "moved/lib/sami/bin/sami-judge is missing from the installation in" sami judge
mv moved/share/sami/sami_harness/datasets/embedded/models/base/config.json config.json
exits 2 "models/base/config.json is missing from the installation in" sami check mtbench_vs_dpo
mv moved/share/sami/sami_harness/experiments/gsm8k_vs_sft.textproto spec
exits 2 "gsm8k_vs_sft.textproto is missing from the installation in" sami graph gsm8k_vs_sft

# Once more over it: mended, what is old is gone, what was changed is refused.
digest=$(echo old | sha256sum | cut -d ' ' -f 1)
echo old >moved/share/sami/old
echo "$digest  share/sami/old" >>moved/lib/sami/manifest
exits 0 "programs of" installer --prefix=moved
[[ ! -e moved/share/sami/old ]] || fail "a file of an older installation was left"
exits 0 "run " sami check mtbench_vs_dpo
echo "# mine" >>moved/share/sami/sami_harness/experiments/gsm8k_vs_sft.textproto
exits 2 "gsm8k_vs_sft.textproto was changed since it was installed" installer --prefix=moved
# As a kill leaves it: staged files, and a manifest of old and new.
mkdir moved/lib/sami/staging.partial
echo "$digest  share/sami/sami_harness/experiments/gsm8k_vs_sft.textproto" >>moved/lib/sami/manifest
echo old >moved/share/sami/sami_harness/experiments/gsm8k_vs_sft.textproto
exits 0 "programs of" installer --prefix=moved
(cd moved && sha256sum --quiet -c lib/sami/manifest) || fail "a killed installation was not mended"

# Away with it: all of ours, and nothing else.
echo mine >>moved/share/man/man1/sami.1
exits 0 "share/man/man1/sami.1" installer --prefix=moved --uninstall
[[ $(find moved -type f | sort | tr '\n' ' ') == "moved/bin/other moved/share/man/man1/sami.1 " ]] || fail "left: $(find moved -type f)"
echo PASSED
