package module

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/grafana/xk6-disruptor/pkg/types/intstr"
)

var (
	durationType = reflect.TypeOf(time.Duration(0))
	intstrType   = reflect.TypeOf(intstr.NullValue)
)

// decode copies an exported JS value into a Go value of the disruptor's packages.
// A field the Go struct does not have is an error: a misspelt fault must not pass as "no fault".
func decode(src any, dst reflect.Value, at string) error {
	bad := func() error { return fmt.Errorf("%s: cannot use %T as %s", at, src, dst.Type()) }
	switch dst.Type() {
	case durationType:
		s, ok := src.(string)
		if !ok {
			return bad()
		}
		d, err := time.ParseDuration(s)
		if err != nil {
			return fmt.Errorf("%s: %w", at, err)
		}
		dst.SetInt(int64(d))
		return nil
	case intstrType:
		switch v := src.(type) {
		case string:
			dst.SetString(v)
		case int64:
			dst.SetString(strconv.FormatInt(v, 10))
		default:
			return bad()
		}
		return nil
	}
	switch dst.Kind() {
	case reflect.Struct:
		m, ok := src.(map[string]any)
		if !ok {
			return bad()
		}
		for k, v := range m {
			f := dst.FieldByNameFunc(func(n string) bool { return strings.EqualFold(n, k) })
			if !f.IsValid() {
				return fmt.Errorf("%s: unknown field %q", at, k)
			}
			if err := decode(v, f, at+"."+k); err != nil {
				return err
			}
		}
		return nil
	case reflect.Map:
		m, ok := src.(map[string]any)
		if !ok {
			return bad()
		}
		dst.Set(reflect.MakeMap(dst.Type()))
		for k, v := range m {
			e := reflect.New(dst.Type().Elem()).Elem()
			if err := decode(v, e, at+"."+k); err != nil {
				return err
			}
			dst.SetMapIndex(reflect.ValueOf(k), e)
		}
		return nil
	}
	v := reflect.ValueOf(src)
	if !v.IsValid() || (dst.Kind() == reflect.String) != (v.Kind() == reflect.String) || !v.CanConvert(dst.Type()) {
		return bad()
	}
	if n, ok := src.(int64); ok && n < 0 && dst.CanUint() {
		return fmt.Errorf("%s: %d is negative", at, n)
	}
	dst.Set(v.Convert(dst.Type()))
	return nil
}
