#!/bin/bash
# The commands of docs/machines.md, in an empty folder, with stand-ins for the engines: they look at what they are given.
set -euo pipefail

page=$PWD/docs/machines.md
mkdir "$TEST_TMPDIR/bin" "$TEST_TMPDIR/work"
# The dispatcher finds its programs beside itself: a link keeps their place.
ln -s "$PWD/commands/sami" "$TEST_TMPDIR/bin/sami"
export PATH=$TEST_TMPDIR/bin:$PATH RUNFILES_DIR=${RUNFILES_DIR:-${PWD%/*}}

cat >"$TEST_TMPDIR/bin/snakemake" <<'END'
#!/bin/bash
[[ -s Snakefile && -s profiles/default/config.yaml && -s spec.textproto ]] || exit 1
echo "snakemake $*"
END
cat >"$TEST_TMPDIR/bin/sbatch" <<'END'
#!/bin/bash
bash -n "${!#}" && [[ " $* " == *" --partition=PARTITION --account=ACCOUNT jobs/"* ]] || exit 1
echo "$*" >>sbatch.txt
wc -l <sbatch.txt
END
chmod +x "$TEST_TMPDIR"/bin/snakemake "$TEST_TMPDIR"/bin/sbatch

cd "$TEST_TMPDIR/work"
echo "threads: 8" >gpus.textproto
# Each block begins in the same folder.
awk '/^```sh$/ {inside = 1; print "("; next} /^```/ {if (inside) print ")"; inside = 0} inside' "$page" >commands.sh
[[ $(grep -c '^sami ' commands.sh) -ge 3 ]] || { echo "machines.md has lost its commands"; exit 1; }
bash -euo pipefail commands.sh >out.txt 2>err.txt || { cat out.txt err.txt; exit 1; }

expect() { grep -qF -- "$1" "$2" || { echo "no \"$1\" in $2:"; cat "$2"; exit 1; }; }
expect "mtbench_vs_dpo: 185 stages" out.txt
expect "snakemake -j 2" out.txt
expect "4e+14 FLOP/s, as --flops says" out.txt
grep -qxF "#SBATCH --cpus-per-task=8" gpus/jobs/*-train.sh
# Every array and the last job, each after what it needs.
[[ $(wc -l <exported/sbatch.txt) == $(find exported/jobs -name '*.sh' | wc -l) ]]
expect "--dependency=afterok:" exported/sbatch.txt
