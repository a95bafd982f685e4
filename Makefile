# make run                     four people who do not exist: a recording, its session and report
# make run VIDEO=meeting.mp4   analyse a recording
# make test                    lint, types, tests, doctests (no network, no PyTorch)
# make help                    the rest

PYTHON ?= $(shell command -v python3.11 || command -v python3)
DATA ?= ../shared/data
OUTPUT ?= sessions

VENV := .venv
BIN := $(VENV)/bin
TRAIN_VENV := .venv-train
TRAIN_BIN := $(TRAIN_VENV)/bin
PIP_FLAGS := --quiet --disable-pip-version-check

.PHONY: help install run test check test-train train-paper train-image evaluate evaluate-groups \
	evaluate-video dose-response calibration example-study example-ratings deepfake-pair \
	identity portraits framing pools numbers benchmark personal fine-tune bench fuzz clean

help:
	@echo "make run                   render and analyse people who do not exist, into $(OUTPUT)/demo/"
	@echo "make run VIDEO=path        analyse a recording into $(OUTPUT)/"
	@echo "make test                  lint, types, tests and doctests"
	@echo "make check                 lint and types only"
	@echo "make test-train            tests of the training recipes (installs PyTorch)"
	@echo "make train-paper           train the paper's networks from DATA=$(DATA)"
	@echo "make train-image           train the default image network from DATA=$(DATA)"
	@echo "make evaluate              what the two models read rightly on PublicTest in DATA=$(DATA)"
	@echo "make evaluate-groups       accuracy on the acted group recording in DATA=$(DATA)"
	@echo "make evaluate-video        the models on video, also small and coarse, and on plain speech"
	@echo "make dose-response         how recognition grows with strength, on synthetic people"
	@echo "make calibration           whether the p-values of the kinds of group are true"
	@echo "make example-study         a study of people who do not exist: docs/study.md"
	@echo "make example-ratings       an agreement of raters who do not exist: docs/ratings.md"
	@echo "make deepfake-pair         a face swap and its original in DATA=$(DATA): docs/compare.md"
	@echo "make numbers               the tables of docs/numbers.md, from benchmarks/ and model cards"
	@echo "make identity              how well ids stay with their people"
	@echo "make portraits             what the limits of telling people apart rest on"
	@echo "make framing               how training stills and video faces are framed"
	@echo "make pools                 what the benchmark of fusing rests on, and its gate, anew"
	@echo "make benchmark             does fusing help: benchmarks/fusion.json, docs/fusion.md"
	@echo "make personal              whom personal models help: benchmarks/personal.json, docs/personal.md"
	@echo "make fine-tune             what fine-tuning on one person gains, into docs/fine_tuning.md"
	@echo "make bench                 speed and memory, into benchmarks/"
	@echo "make fuzz                  2,000 damaged recordings; CASE=123 for one again"

# Stamps make a second run start at once; they age with what decides the environment.
$(VENV)/installed: pyproject.toml constraints.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install $(PIP_FLAGS) --constraint constraints.txt hatchling editables
	$(BIN)/python -m pip install $(PIP_FLAGS) --constraint constraints.txt \
		--no-build-isolation --editable '.[test]'
	@touch $@

$(TRAIN_VENV)/installed: pyproject.toml constraints.txt constraints-train.txt
	@test -x $(TRAIN_BIN)/python || $(PYTHON) -m venv $(TRAIN_VENV)
	$(TRAIN_BIN)/python -m pip install $(PIP_FLAGS) --constraint constraints.txt hatchling editables
	$(TRAIN_BIN)/python -m pip install $(PIP_FLAGS) --constraint constraints.txt \
		--constraint constraints-train.txt --no-build-isolation --editable '.[test,train]'
	@touch $@

install: $(VENV)/installed

# VIDEO reaches the shell through the environment, so that any file name works.
run: export VIDEO := $(VIDEO)
run: install
	@if [ -z "$$VIDEO" ]; then $(BIN)/groupaffect demo --output "$(OUTPUT)/demo"; \
	else $(BIN)/groupaffect analyze "$$VIDEO" --output "$(OUTPUT)"; fi

check: install
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

# Files are dealt out to a process for each core; `pytest` alone runs them one after the other.
test: check
	$(BIN)/python -m pytest --quiet --numprocesses auto --dist loadfile

test-train: $(TRAIN_VENV)/installed
	$(TRAIN_BIN)/mypy src/groupaffect/training/*.py
	$(TRAIN_BIN)/python -m pytest --quiet -o addopts= --import-mode=importlib tests/training

train-paper: $(TRAIN_VENV)/installed
	$(TRAIN_BIN)/python -m groupaffect.training paper --data "$(DATA)"

train-image: $(TRAIN_VENV)/installed
	$(TRAIN_BIN)/python -m groupaffect.training image-model --data "$(DATA)"

evaluate: install
	$(BIN)/python -m groupaffect.evaluation.model_study --data "$(DATA)"

evaluate-groups: install
	$(BIN)/python -m groupaffect.evaluation.acted_groups --data "$(DATA)"

calibration: install
	$(BIN)/python -m groupaffect.evaluation.calibration_study

evaluate-video: install
	$(BIN)/python -m groupaffect.evaluation.video_study --data "$(DATA)"

dose-response: install
	$(BIN)/python -m groupaffect.evaluation.dose_response

# About ten minutes of one core. Writes the results in docs/study.md.
example-study: STUDY = $(OUTPUT)/example-study
example-study: install
	$(BIN)/python -m groupaffect.evaluation.made_study --output "$(STUDY)"
	rm -rf "$(STUDY)/result"
	COLUMNS=100 $(BIN)/groupaffect study "$(STUDY)/sessions" --covariates "$(STUDY)/covariates.csv" \
		--output "$(STUDY)/result" > "$(STUDY)/printed.txt"
	$(BIN)/python -m groupaffect.evaluation.study_page --study "$(STUDY)"

# Seconds. Writes the results in docs/ratings.md.
example-ratings: STUDY = $(OUTPUT)/example-ratings
example-ratings: install
	rm -rf "$(STUDY)"
	$(BIN)/python -m groupaffect.evaluation.made_ratings --output "$(STUDY)/ratings"
	COLUMNS=100 $(BIN)/groupaffect agree "$(STUDY)/ratings" --output "$(STUDY)/agreement" \
		> "$(STUDY)/printed.txt"
	$(BIN)/python -m groupaffect.evaluation.ratings_page --study "$(STUDY)"

# About five minutes of one core. Writes the face swap in docs/compare.md and docs/numbers.md.
deepfake-pair: default = --preset default
deepfake-pair: paper = --preset paper
deepfake-pair: shape = --settings benchmarks/points_of_shape.toml
deepfake-pair: PAIR = $(OUTPUT)/deepfake-pair
deepfake-pair: install
	rm -rf "$(PAIR)" && mkdir -p "$(PAIR)"
	$(foreach networks,default paper shape,COLUMNS=100 $(BIN)/groupaffect compare \
		"$(DATA)/clips/pairs/634_original.mp4" "$(DATA)/clips/pairs/634_faceswap.mp4" \
		$($(networks)) --output "$(PAIR)/$(networks)" --json "$(PAIR)/$(networks).json" \
		> "$(PAIR)/$(networks).txt" &&) true
	$(BIN)/python -m groupaffect.evaluation.pair_page --study "$(PAIR)"
	$(BIN)/python -m groupaffect.evaluation.numbers_page

# After anything in benchmarks/ or a model card has changed.
numbers: install
	$(BIN)/python -m groupaffect.evaluation.numbers_page

identity: install
	$(BIN)/python -m groupaffect.evaluation.identity_study --data "$(DATA)"

portraits: install
	$(BIN)/python -m groupaffect.evaluation.portrait_study --data "$(DATA)"

framing: install
	$(BIN)/python -m groupaffect.evaluation.framing --data "$(DATA)"

# After a network has changed: readings of faces, wavering on video, then the gate learns anew.
pools: install
	$(BIN)/python -m groupaffect.evaluation.benchmark.make_pools --data "$(DATA)"
	$(BIN)/python -m groupaffect.evaluation.benchmark.measure_video --data "$(DATA)"
	$(BIN)/python -m groupaffect.evaluation.benchmark.train_gate

benchmark: install
	$(BIN)/python -m groupaffect.evaluation.benchmark.study --data "$(DATA)"

fine-tune: $(TRAIN_VENV)/installed
	$(TRAIN_BIN)/python -m groupaffect.evaluation.personal.fine_tuned --work "$(OUTPUT)/fine-tune"

# Parts that write a file each in benchmarks/, then the page; any of them can be run alone.
PERSONAL := $(BIN)/python -m groupaffect.evaluation.personal
personal: install
	$(PERSONAL).study --data "$(DATA)"
	$(PERSONAL).teachers_study --data "$(DATA)"
	$(PERSONAL).rendered_study
	$(PERSONAL).real_study --data "$(DATA)"
	$(PERSONAL).page_files

bench: install
	$(BIN)/python benchmarks/speed.py --data "$(DATA)"
	$(BIN)/python benchmarks/personal_speed.py

fuzz: install
	PYTHONPATH=src:tests $(BIN)/python -m fuzz $(if $(CASE),--case $(CASE))

clean:
	rm -rf $(VENV) $(TRAIN_VENV) dist .mypy_cache .ruff_cache .pytest_cache
