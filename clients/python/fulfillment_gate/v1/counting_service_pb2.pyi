from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CountTrigger(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    COUNT_TRIGGER_UNSPECIFIED: _ClassVar[CountTrigger]
    COUNT_TRIGGER_CYCLE: _ClassVar[CountTrigger]
    COUNT_TRIGGER_SHORT_PICK: _ClassVar[CountTrigger]
    COUNT_TRIGGER_PHANTOM: _ClassVar[CountTrigger]
    COUNT_TRIGGER_VARIANCE: _ClassVar[CountTrigger]
    COUNT_TRIGGER_NEGATIVE_ADJUSTMENT: _ClassVar[CountTrigger]
    COUNT_TRIGGER_RECURRENCE: _ClassVar[CountTrigger]

class CountTaskState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    COUNT_TASK_STATE_UNSPECIFIED: _ClassVar[CountTaskState]
    COUNT_TASK_STATE_DUE: _ClassVar[CountTaskState]
    COUNT_TASK_STATE_STARTED: _ClassVar[CountTaskState]
    COUNT_TASK_STATE_RECOUNT: _ClassVar[CountTaskState]
    COUNT_TASK_STATE_BOOKED: _ClassVar[CountTaskState]
    COUNT_TASK_STATE_WITHDRAWN: _ClassVar[CountTaskState]
COUNT_TRIGGER_UNSPECIFIED: CountTrigger
COUNT_TRIGGER_CYCLE: CountTrigger
COUNT_TRIGGER_SHORT_PICK: CountTrigger
COUNT_TRIGGER_PHANTOM: CountTrigger
COUNT_TRIGGER_VARIANCE: CountTrigger
COUNT_TRIGGER_NEGATIVE_ADJUSTMENT: CountTrigger
COUNT_TRIGGER_RECURRENCE: CountTrigger
COUNT_TASK_STATE_UNSPECIFIED: CountTaskState
COUNT_TASK_STATE_DUE: CountTaskState
COUNT_TASK_STATE_STARTED: CountTaskState
COUNT_TASK_STATE_RECOUNT: CountTaskState
COUNT_TASK_STATE_BOOKED: CountTaskState
COUNT_TASK_STATE_WITHDRAWN: CountTaskState

class CountTask(_message.Message):
    __slots__ = ("task_id", "location_id", "sku", "trigger", "because", "abc", "state", "due_at_ms", "counter", "count_number", "booked_at_ms", "revision")
    TASK_ID_FIELD_NUMBER: _ClassVar[int]
    LOCATION_ID_FIELD_NUMBER: _ClassVar[int]
    SKU_FIELD_NUMBER: _ClassVar[int]
    TRIGGER_FIELD_NUMBER: _ClassVar[int]
    BECAUSE_FIELD_NUMBER: _ClassVar[int]
    ABC_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    DUE_AT_MS_FIELD_NUMBER: _ClassVar[int]
    COUNTER_FIELD_NUMBER: _ClassVar[int]
    COUNT_NUMBER_FIELD_NUMBER: _ClassVar[int]
    BOOKED_AT_MS_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    task_id: str
    location_id: str
    sku: str
    trigger: CountTrigger
    because: str
    abc: str
    state: CountTaskState
    due_at_ms: int
    counter: str
    count_number: int
    booked_at_ms: int
    revision: int
    def __init__(self, task_id: _Optional[str] = ..., location_id: _Optional[str] = ..., sku: _Optional[str] = ..., trigger: _Optional[_Union[CountTrigger, str]] = ..., because: _Optional[str] = ..., abc: _Optional[str] = ..., state: _Optional[_Union[CountTaskState, str]] = ..., due_at_ms: _Optional[int] = ..., counter: _Optional[str] = ..., count_number: _Optional[int] = ..., booked_at_ms: _Optional[int] = ..., revision: _Optional[int] = ...) -> None: ...

class ListCountTasksRequest(_message.Message):
    __slots__ = ("location_id", "all_open", "page_size", "page_token")
    LOCATION_ID_FIELD_NUMBER: _ClassVar[int]
    ALL_OPEN_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    location_id: str
    all_open: bool
    page_size: int
    page_token: str
    def __init__(self, location_id: _Optional[str] = ..., all_open: _Optional[bool] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListCountTasksResponse(_message.Message):
    __slots__ = ("tasks", "next_page_token", "waiting_count")
    TASKS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    WAITING_COUNT_FIELD_NUMBER: _ClassVar[int]
    tasks: _containers.RepeatedCompositeFieldContainer[CountTask]
    next_page_token: str
    waiting_count: int
    def __init__(self, tasks: _Optional[_Iterable[_Union[CountTask, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., waiting_count: _Optional[int] = ...) -> None: ...

class StartCountRequest(_message.Message):
    __slots__ = ("task_id",)
    TASK_ID_FIELD_NUMBER: _ClassVar[int]
    task_id: str
    def __init__(self, task_id: _Optional[str] = ...) -> None: ...

class StartCountResponse(_message.Message):
    __slots__ = ("task", "as_of_revision")
    TASK_FIELD_NUMBER: _ClassVar[int]
    AS_OF_REVISION_FIELD_NUMBER: _ClassVar[int]
    task: CountTask
    as_of_revision: int
    def __init__(self, task: _Optional[_Union[CountTask, _Mapping]] = ..., as_of_revision: _Optional[int] = ...) -> None: ...

class SubmitCountTaskRequest(_message.Message):
    __slots__ = ("task_id", "counted", "includes_picked")
    TASK_ID_FIELD_NUMBER: _ClassVar[int]
    COUNTED_FIELD_NUMBER: _ClassVar[int]
    INCLUDES_PICKED_FIELD_NUMBER: _ClassVar[int]
    task_id: str
    counted: int
    includes_picked: bool
    def __init__(self, task_id: _Optional[str] = ..., counted: _Optional[int] = ..., includes_picked: _Optional[bool] = ...) -> None: ...

class SubmitCountTaskResponse(_message.Message):
    __slots__ = ("task", "booked", "replayed")
    TASK_FIELD_NUMBER: _ClassVar[int]
    BOOKED_FIELD_NUMBER: _ClassVar[int]
    REPLAYED_FIELD_NUMBER: _ClassVar[int]
    task: CountTask
    booked: bool
    replayed: bool
    def __init__(self, task: _Optional[_Union[CountTask, _Mapping]] = ..., booked: _Optional[bool] = ..., replayed: _Optional[bool] = ...) -> None: ...

class GetCountAccuracyRequest(_message.Message):
    __slots__ = ("location_id", "days")
    LOCATION_ID_FIELD_NUMBER: _ClassVar[int]
    DAYS_FIELD_NUMBER: _ClassVar[int]
    location_id: str
    days: int
    def __init__(self, location_id: _Optional[str] = ..., days: _Optional[int] = ...) -> None: ...

class CountAccuracy(_message.Message):
    __slots__ = ("group", "name", "counted", "right", "adjusted_units", "counted_units", "accuracy_basis_points")
    GROUP_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    COUNTED_FIELD_NUMBER: _ClassVar[int]
    RIGHT_FIELD_NUMBER: _ClassVar[int]
    ADJUSTED_UNITS_FIELD_NUMBER: _ClassVar[int]
    COUNTED_UNITS_FIELD_NUMBER: _ClassVar[int]
    ACCURACY_BASIS_POINTS_FIELD_NUMBER: _ClassVar[int]
    group: str
    name: str
    counted: int
    right: int
    adjusted_units: int
    counted_units: int
    accuracy_basis_points: int
    def __init__(self, group: _Optional[str] = ..., name: _Optional[str] = ..., counted: _Optional[int] = ..., right: _Optional[int] = ..., adjusted_units: _Optional[int] = ..., counted_units: _Optional[int] = ..., accuracy_basis_points: _Optional[int] = ...) -> None: ...

class AdjustmentDay(_message.Message):
    __slots__ = ("day", "counted", "adjusted", "adjusted_units")
    DAY_FIELD_NUMBER: _ClassVar[int]
    COUNTED_FIELD_NUMBER: _ClassVar[int]
    ADJUSTED_FIELD_NUMBER: _ClassVar[int]
    ADJUSTED_UNITS_FIELD_NUMBER: _ClassVar[int]
    day: str
    counted: int
    adjusted: int
    adjusted_units: int
    def __init__(self, day: _Optional[str] = ..., counted: _Optional[int] = ..., adjusted: _Optional[int] = ..., adjusted_units: _Optional[int] = ...) -> None: ...

class GetCountAccuracyResponse(_message.Message):
    __slots__ = ("groups", "trend")
    GROUPS_FIELD_NUMBER: _ClassVar[int]
    TREND_FIELD_NUMBER: _ClassVar[int]
    groups: _containers.RepeatedCompositeFieldContainer[CountAccuracy]
    trend: _containers.RepeatedCompositeFieldContainer[AdjustmentDay]
    def __init__(self, groups: _Optional[_Iterable[_Union[CountAccuracy, _Mapping]]] = ..., trend: _Optional[_Iterable[_Union[AdjustmentDay, _Mapping]]] = ...) -> None: ...
